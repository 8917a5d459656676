-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- Accounts, their devices and their sessions. Written by auth alone; the key directory and delivery read
-- accounts and devices.

CREATE TABLE accounts (
  account uuid PRIMARY KEY,
  -- The one normal form of Username.
  username text NOT NULL UNIQUE,
  -- What a reader may take the username for: look-alikes share it, so only one of them can exist.
  skeleton text NOT NULL UNIQUE,
  suite smallint NOT NULL,
  root_identity_key bytea NOT NULL,
  -- The current device list as the root identity key signed it.
  device_list_number bigint NOT NULL CHECK (device_list_number > 0),
  device_list bytea NOT NULL,
  device_list_signature bytea NOT NULL,
  -- The greatest device id that any list of this account ever had: ids above it are free, ids below never again.
  highest_device int NOT NULL CHECK (highest_device > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The devices of the current list. Everything that belongs to a device goes with its row.
CREATE TABLE devices (
  account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  device int NOT NULL CHECK (device > 0),
  suite smallint NOT NULL,
  signing_key bytea NOT NULL,
  agreement_key bytea NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, device)
);

-- Changes of device lists that delivery has not been told of yet: written with the change itself, removed once the
-- change stands in the account's partition stream, so that a crash in between loses none.
CREATE TABLE account_changes (
  account uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  device_list_number bigint NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- One row for each login that can still be refreshed. A refresh token is 32 random bytes: the first 16 stay the
-- same for the family and find its row, the rest change at each use. Only hashes are kept. A token whose first half
-- is known and whose whole is not the current one was used before.
CREATE TABLE refresh_families (
  family uuid PRIMARY KEY,
  account uuid NOT NULL,
  device int NOT NULL,
  -- SHA-256 of the token's first half.
  selector_hash bytea NOT NULL UNIQUE,
  -- SHA-256 of the current token.
  token_hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  FOREIGN KEY (account, device) REFERENCES devices ON DELETE CASCADE
);

CREATE INDEX refresh_families_by_device ON refresh_families (account, device, created_at);
CREATE INDEX refresh_families_by_expiry ON refresh_families (expires_at);

-- The random parts of challenges that were redeemed, until these challenges have expired anyway.
CREATE TABLE used_challenges (
  challenge bytea PRIMARY KEY,
  expires_at timestamptz NOT NULL
);

CREATE INDEX used_challenges_by_expiry ON used_challenges (expires_at);

-- Ed25519 keys of access tokens. A key is published (its row exists) before it signs, signs from not_before until
-- signs_until, and verifies until expires_at, when the last token signed with it has expired.
CREATE TABLE token_keys (
  kid text PRIMARY KEY,
  public_key bytea NOT NULL,
  -- ChaCha20-Poly1305 under a key derived from the token secret.
  sealed_private_key bytea NOT NULL,
  not_before timestamptz NOT NULL,
  signs_until timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CHECK (not_before < signs_until AND signs_until <= expires_at)
);
