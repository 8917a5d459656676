-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0
--
-- Appends entries to a gateway's stream, all of them or none.
--
-- A stream that does not exist belongs to a gateway that is gone, and is not made again. A stream that is too long
-- belongs to a gateway that does not read.
--
-- KEYS[1]  construct:gateway:ID
-- ARGV[1]  entries that the stream may have before this
-- ARGV[2]  the name of the entries' one field
-- ARGV[3]… one encoded GatewayEvents record for each entry, at least one
--
-- Returns 1 if they were appended, 0 if there is no such stream, -1 if it is too long.

if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  return -1
end
for index = 3, #ARGV do
  redis.call('XADD', KEYS[1], '*', ARGV[2], ARGV[index])
end
return 1
