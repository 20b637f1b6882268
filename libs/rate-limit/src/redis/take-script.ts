import { redisScript } from '@verbatim/redis';

/**
 * `cell-rate.ts` inside Redis, by Redis's clock. key, count, window in ms, cost, instant that replaces the clock in specs
 * -> 1 or 0, ms to wait, remaining, ms to reset. A key whose limit is all there again leaves by itself.
 */
export const TAKE = redisScript(`
local key, count, window, cost = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end
local cell = window / count
-- Never more than a window ahead: a clock that was set back blocks nobody for longer.
local before = math.min(math.max(tonumber(redis.call('GET', key) or 0), now), now + window)
local after = before + cost * cell
local wait = after - window - now
local rounding = 0.001
local allowed = wait <= rounding
if allowed then
  redis.call('SET', key, string.format('%.17g', after), 'PX', math.max(1, math.ceil(after - now)))
else
  after = before
end
local remaining = math.max(0, math.floor((window - (after - now) + rounding) / cell))
return {allowed and 1 or 0, allowed and 0 or math.ceil(wait - rounding), remaining, math.ceil(after - now - rounding)}
`);
