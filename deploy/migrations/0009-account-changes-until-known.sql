-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- A change of a device list is announced until the owner of the account's partition deletes its row, in the transaction
-- with which it takes the change in: whatever becomes of Redis and of processes in between, no change is lost.
ALTER TABLE account_changes
  ADD COLUMN announcements int NOT NULL DEFAULT 0,
  -- When it is announced again.
  ADD COLUMN due_at timestamptz NOT NULL DEFAULT now();

CREATE INDEX account_changes_by_due ON account_changes (due_at);
