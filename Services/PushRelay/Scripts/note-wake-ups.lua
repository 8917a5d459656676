-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0
--
-- Decides for some devices which of them to wake now.
--
-- A device that was not woken lately is, and a window is opened for it. A wake-up within the window is kept until the
-- window closes, when requeue-wake-ups.lua puts it back into the queue: the device may have come, read and gone in
-- between. Many within one window become one; an urgent one is never replaced by one that is not.
--
-- KEYS[1]  construct:push:windows   sorted set: device → when its window closes, in ms of this server's clock
-- KEYS[2]  construct:push:kept      hash: device → encoded PushRequest for this device alone
-- ARGV[1]  the length of a window in ms
-- ARGV[2]… for each device three: its name, 1 if urgent and 0 if not, its encoded PushRequest
--
-- Returns for each device 1 if it is to be woken now, else 0.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answers = {}
for index = 2, #ARGV, 3 do
  local device, is_urgent, record = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  if redis.call('ZADD', KEYS[1], 'NX', now + ARGV[1], device) == 1 then
    answers[#answers + 1] = 1
  else
    if is_urgent == '1' then
      redis.call('HSET', KEYS[2], device, record)
    else
      redis.call('HSETNX', KEYS[2], device, record)
    end
    answers[#answers + 1] = 0
  end
end
return answers
