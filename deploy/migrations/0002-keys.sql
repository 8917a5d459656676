-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- Prekeys. Written by the key directory alone; they go with their device.

-- The current signed prekey of a device: every bundle has it.
CREATE TABLE signed_prekeys (
  account uuid NOT NULL,
  device int NOT NULL,
  -- Ids of prekeys are unsigned 32-bit numbers that the device chooses.
  prekey bigint NOT NULL CHECK (prekey BETWEEN 0 AND 4294967295),
  public_key bytea NOT NULL,
  signature bytea NOT NULL,
  uploaded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, device),
  FOREIGN KEY (account, device) REFERENCES devices ON DELETE CASCADE
);

-- What a bundle has instead of a one-time prekey when those have run out.
CREATE TABLE last_resort_prekeys (
  account uuid NOT NULL,
  device int NOT NULL,
  prekey bigint NOT NULL CHECK (prekey BETWEEN 0 AND 4294967295),
  public_key bytea NOT NULL,
  signature bytea NOT NULL,
  uploaded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, device),
  FOREIGN KEY (account, device) REFERENCES devices ON DELETE CASCADE
);

-- One-time prekeys, those that wait and those that were handed out. A row that was handed out keeps only the hash of
-- its key, as long as its device exists: so an upload that is repeated never brings a spent key back, and an id is
-- never taken for another key.
CREATE TABLE one_time_prekeys (
  account uuid NOT NULL,
  device int NOT NULL,
  prekey bigint NOT NULL CHECK (prekey BETWEEN 0 AND 4294967295),
  -- Null once it was handed out.
  public_key bytea,
  -- SHA-256 of the key.
  key_hash bytea NOT NULL,
  PRIMARY KEY (account, device, prekey),
  FOREIGN KEY (account, device) REFERENCES devices ON DELETE CASCADE
);

CREATE INDEX one_time_prekeys_waiting ON one_time_prekeys (account, device, prekey) WHERE public_key IS NOT NULL;
