-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- Where to wake devices; only the push relay reads and writes it. The token is sealed under the relay's own secret
-- with the row's key as associated data: a copy of this table wakes nobody, and a token cannot be moved to another row.
CREATE TABLE push_tokens (
  account uuid NOT NULL,
  device int NOT NULL,
  -- Numbers of the wire's PushProvider.
  provider smallint NOT NULL,
  sealed_token bytea NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, device, provider),
  FOREIGN KEY (account, device) REFERENCES devices (account, device) ON DELETE CASCADE
);
