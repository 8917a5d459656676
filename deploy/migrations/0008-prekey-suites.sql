-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- Prekeys by suite. A device of a hybrid suite has prekeys of its own suite and of suite 1, for those who know no other.
-- One-time prekeys of suites with a KEM are signed. What was there before is suite 1's.

ALTER TABLE signed_prekeys ADD COLUMN suite smallint NOT NULL DEFAULT 1;
ALTER TABLE signed_prekeys ALTER COLUMN suite DROP DEFAULT;
ALTER TABLE signed_prekeys DROP CONSTRAINT signed_prekeys_pkey;
ALTER TABLE signed_prekeys ADD PRIMARY KEY (account, device, suite);

ALTER TABLE last_resort_prekeys ADD COLUMN suite smallint NOT NULL DEFAULT 1;
ALTER TABLE last_resort_prekeys ALTER COLUMN suite DROP DEFAULT;
ALTER TABLE last_resort_prekeys DROP CONSTRAINT last_resort_prekeys_pkey;
ALTER TABLE last_resort_prekeys ADD PRIMARY KEY (account, device, suite);

ALTER TABLE one_time_prekeys ADD COLUMN suite smallint NOT NULL DEFAULT 1;
ALTER TABLE one_time_prekeys ALTER COLUMN suite DROP DEFAULT;
-- Null in suites without a KEM, and once the prekey was handed out.
ALTER TABLE one_time_prekeys ADD COLUMN signature bytea;
ALTER TABLE one_time_prekeys DROP CONSTRAINT one_time_prekeys_pkey;
ALTER TABLE one_time_prekeys ADD PRIMARY KEY (account, device, suite, prekey);
DROP INDEX one_time_prekeys_waiting;
CREATE INDEX one_time_prekeys_waiting ON one_time_prekeys (account, device, suite, prekey)
  WHERE public_key IS NOT NULL;
