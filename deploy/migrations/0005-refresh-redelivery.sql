-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0

-- What the last refresh of a family was, so that the same request, delivered to another replica because the first one
-- died before its answer was on its way, gets the same answer instead of passing for reuse of a token. All null before
-- the first refresh. The answer itself is not kept: the current token follows from the previous one, the salt, and a key
-- that auth alone has.
ALTER TABLE refresh_families
  -- SHA-256 of the token that was replaced.
  ADD COLUMN previous_hash bytea,
  -- SHA-256 of the gateway, the connection and the number of the request, which no client chooses.
  ADD COLUMN rotated_for bytea,
  ADD COLUMN rotation_salt bytea,
  ADD CHECK ((previous_hash IS NULL) = (rotated_for IS NULL) AND (rotated_for IS NULL) = (rotation_salt IS NULL));
