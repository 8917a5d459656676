-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0
--
-- Removes consumers of a group that have gone away and own nothing.
--
-- XGROUP DELCONSUMER also drops what a consumer has pending, which would lose it; so only those without are removed, and
-- looking and removing are one step. A consumer that lives after all is made again by its next read.
--
-- KEYS[1]  the stream
-- ARGV[1]  the group
-- ARGV[2]  milliseconds since the consumer was last heard of
-- ARGV[3]  the one consumer to look at, or '' for all
--
-- Returns how many were removed.

local removed = 0
if redis.call('EXISTS', KEYS[1]) == 0 then
  return removed
end
for _, fields in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for index = 1, #fields, 2 do
    consumer[fields[index]] = fields[index + 1]
  end
  local isMeant = ARGV[3] == '' or consumer.name == ARGV[3]
  if isMeant and consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    removed = removed + 1
  end
end
return removed
