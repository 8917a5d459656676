-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- Mailboxes are bounded by bytes as well, and so is the part of one that a single sender takes.

-- The bytes of ciphertext of its rows in `envelopes`, kept together with `waiting`; and whether `mailbox_shares` has
-- the rows of this mailbox.
ALTER TABLE mailboxes
  ADD COLUMN waiting_bytes bigint NOT NULL DEFAULT 0,
  ADD COLUMN keeps_shares boolean NOT NULL DEFAULT false;

UPDATE mailboxes m SET waiting_bytes = counted.bytes
FROM (SELECT account, device, sum(octet_length(ciphertext)) AS bytes FROM envelopes GROUP BY account, device) AS counted
WHERE m.account = counted.account AND m.device = counted.device;

-- How much of a mailbox waits from each account that has something waiting there. Nobody's share can be large in a
-- mailbox that is nearly empty, and nearly all are: so the rows of a mailbox are begun, by counting it once, when it
-- has grown to half of what one sender may take, and kept in every transaction from then on until it is empty.
-- Written only in transactions that write the mailbox itself, under the same fence.
CREATE TABLE mailbox_shares (
  account uuid NOT NULL,
  device int NOT NULL,
  sender uuid NOT NULL,
  waiting bigint NOT NULL,
  waiting_bytes bigint NOT NULL,
  PRIMARY KEY (account, sender, device)
) WITH (fillfactor = 50);
