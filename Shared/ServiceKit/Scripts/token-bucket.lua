-- SPDX-FileCopyrightText: 2026 The Construct authors
-- SPDX-License-Identifier: Apache-2.0
--
-- A token bucket, kept as the moment at which it will be full again.
--
-- The bucket holds ARGV[2] tokens and gets one back every ARGV[1] microseconds. If it is full at the moment F, then
-- (F - now) / ARGV[1] tokens are missing now. Taking c tokens moves F by c * ARGV[1], and is allowed as long as no more
-- than ARGV[2] + ARGV[4] are missing afterwards. The numbers stay below 2^53, where Lua's are exact.
--
-- KEYS[1]  the bucket: a string with F in microseconds since the Unix epoch; absent when the bucket is full
-- ARGV[1]  microseconds for one token, at least 1
-- ARGV[2]  tokens of a full bucket, at least 1
-- ARGV[3]  tokens to take, 1 to ARGV[2]
-- ARGV[4]  tokens that may be owed afterwards, 0 for a bucket that is never below empty
-- ARGV[5]  now in microseconds since the Unix epoch, or 0 for this server's clock
--
-- Returns 0 if the tokens were taken, else the microseconds until they could be (none is taken then).

local interval = tonumber(ARGV[1])
local burst = tonumber(ARGV[2])
local cost = tonumber(ARGV[3])
local overdraft = tonumber(ARGV[4])
local now = tonumber(ARGV[5])
if now == 0 then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local after = full + cost * interval
local wait = after - (burst + overdraft) * interval - now
if wait > 0 then
  return wait
end

redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return 0
