-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0
--
-- Closes the windows whose time has come, and puts the wake-ups that were kept for their devices back into the queue.
--
-- KEYS[1]  construct:push:windows   sorted set: device → when its window closes, in ms of this server's clock
-- KEYS[2]  construct:push:kept      hash: device → encoded PushRequest for this device alone
-- KEYS[3]  construct:queue:push     the queue
-- ARGV[1]  windows to close at most
-- ARGV[2]  the name of the queue's field
--
-- Returns how many windows were closed.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local devices = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])
for _, device in ipairs(devices) do
  redis.call('ZREM', KEYS[1], device)
  local record = redis.call('HGET', KEYS[2], device)
  if record then
    redis.call('HDEL', KEYS[2], device)
    redis.call('XADD', KEYS[3], '*', ARGV[2], record)
  end
end
return #devices
