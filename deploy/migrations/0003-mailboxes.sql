-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- Delivery's tables. Only delivery writes them, and only while it holds the lease of the partition it writes for:
-- every transaction begins with `advance_partitions`, below, which undoes it if a lease is no longer its own.

-- The lease of each of the 64 partitions and the position up to which its Redis stream has been worked in.
-- `epoch` grows with every change of owner and fences a worker that lost its lease. The position is the id of the
-- last entry whose effects are committed; it advances in the transaction that commits them.
CREATE TABLE partitions (
  partition int PRIMARY KEY CHECK (partition BETWEEN 0 AND 63),
  owner text,
  epoch bigint NOT NULL DEFAULT 0,
  lease_until timestamptz NOT NULL DEFAULT '-infinity',
  position_ms bigint NOT NULL DEFAULT 0,
  position_seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

INSERT INTO partitions (partition) SELECT generate_series(0, 63);

-- Workers that are alive, to share the partitions evenly.
CREATE TABLE delivery_workers (
  worker text PRIMARY KEY,
  seen_until timestamptz NOT NULL
);

-- One row for each device that was ever sent something. `last_sequence` outlives the messages, so that numbers are
-- never given twice; `waiting` is the number of its rows in `envelopes`, kept by every statement that adds or removes
-- some. No reference to `devices`: a device that is being removed must not fail a batch of other people's messages;
-- the rows of removed devices are deleted when delivery hears of the new device list, at the latest by its sweep.
CREATE TABLE mailboxes (
  account uuid NOT NULL,
  device int NOT NULL,
  partition smallint NOT NULL,
  last_sequence bigint NOT NULL DEFAULT 0,
  waiting bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (account, device)
) WITH (fillfactor = 50);

-- For the sweep of expired messages, which walks the mailboxes of a partition: within a mailbox, the order of the
-- sequence is the order of expiry, so `envelopes` needs no index of its own for it.
CREATE INDEX mailboxes_by_partition ON mailboxes (partition, account, device);

-- Messages that wait for a device's acknowledgement.
CREATE TABLE envelopes (
  account uuid NOT NULL,
  device int NOT NULL,
  sender_device int NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  sender uuid NOT NULL,
  message uuid NOT NULL,
  -- Milliseconds since the Unix epoch, as the sender was told.
  accepted_at bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  kind smallint NOT NULL,
  is_urgent boolean NOT NULL,
  ciphertext bytea NOT NULL,
  PRIMARY KEY (account, device, sequence)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);

-- Ciphertexts do not compress.
ALTER TABLE envelopes ALTER COLUMN ciphertext SET STORAGE EXTERNAL;

-- The messages that were accepted in the last 30 days: a repetition gets the first answer again. Written in the
-- transaction that writes the envelopes, so a claim never stands without what it is for.
CREATE TABLE accepted_messages (
  recipient uuid NOT NULL,
  sender uuid NOT NULL,
  message uuid NOT NULL,
  -- Milliseconds since the Unix epoch.
  accepted_at bigint NOT NULL,
  sender_device int NOT NULL,
  PRIMARY KEY (recipient, sender, sender_device, message)
);

CREATE INDEX accepted_messages_by_age ON accepted_messages (accepted_at);

-- The fence: the first statement of every transaction of a worker that writes mailboxes. Locks the partitions in
-- order, and moves them from the position that the worker believes to the position that the transaction reaches.
-- Raises CD001, which undoes the transaction, unless the worker holds every one of them at the epoch and the position
-- it believes: a worker that was paused past its lease, or a statement that arrives after its connection was given up,
-- can write nothing. Until the transaction ends nobody else can claim these partitions.
CREATE FUNCTION advance_partitions(
  worker text, numbers int[], epochs bigint[],
  from_ms bigint[], from_seq bigint[], to_ms bigint[], to_seq bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  advanced int;
BEGIN
  PERFORM 1 FROM partitions p WHERE p.partition = ANY (numbers) ORDER BY p.partition FOR NO KEY UPDATE;
  UPDATE partitions p
    SET position_ms = step.to_ms, position_seq = step.to_seq
    FROM unnest(numbers, epochs, from_ms, from_seq, to_ms, to_seq)
      AS step (partition, epoch, from_ms, from_seq, to_ms, to_seq)
    WHERE p.partition = step.partition AND p.owner = worker AND p.epoch = step.epoch
      AND p.position_ms = step.from_ms AND p.position_seq = step.from_seq;
  GET DIAGNOSTICS advanced = ROW_COUNT;
  IF advanced <> cardinality(numbers) THEN
    RAISE EXCEPTION 'a lease was lost or a position was moved' USING ERRCODE = 'CD001';
  END IF;
END
$$;
