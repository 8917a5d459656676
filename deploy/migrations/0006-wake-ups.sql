-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- When the device of a mailbox is to be woken if messages still wait then. The transaction that stores a message sets it:
-- far ahead if the push relay's queue has the wake-up, soon if the device is attached and expected to acknowledge, at
-- once if neither is so. An acknowledgement puts it off. Delivery's wake-up sweep wakes whom it finds due and sets it ahead. No index: `mailboxes` is
-- updated with every message, and the sweep walks a partition's mailboxes in the order of `mailboxes_by_partition`.
ALTER TABLE mailboxes ADD COLUMN wake_due timestamptz NOT NULL DEFAULT now();
