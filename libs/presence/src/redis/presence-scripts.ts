import { redisScript } from '@verbatim/redis';
import { LEASE_TTL_MS, SEEN_TTL_MS, SETTLING_MS, SHARDS, USER_KEY_TTL_MS } from './presence-limits.js';

/*
 * Keys, all below `verbatim:presence:`
 *   leases           sorted set: run of a gateway -> end of its lease, ms
 *   lives            hash: run of a gateway -> its last sign of life, ms
 *   since            when this run of Redis first heard of a gateway, ms
 *   server           the run of Redis that `since` belongs to
 *   of:<run>         set: the users whom that run of a gateway holds
 *   user:<user id>   hash: run of a gateway -> device ids, comma-separated
 *   seen:<user id>   when he was last seen, ms
 * A run writes its own fields only. Instants are those of Redis's clock; ARGV[1] replaces it in specs. ARGV[2] begins the channels.
 */
const PRELUDE = `
local P = 'verbatim:presence:'
local LEASES, LIVES, SINCE = P .. 'leases', P .. 'lives', P .. 'since'
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local leased = {}
local function is_leased(run)
  if leased[run] == nil then
    local ends = redis.call('ZSCORE', LEASES, run)
    leased[run] = ends ~= false and tonumber(ends) > now
  end
  return leased[run]
end
-- 1 online, 0 offline, 2 only gateways that have fallen silent held him
local function status(user)
  local runs = redis.call('HKEYS', P .. 'user:' .. user)
  for _, run in ipairs(runs) do
    if is_leased(run) then return 1 end
  end
  return #runs > 0 and 2 or 0
end
local function seen(user)
  return redis.call('GET', P .. 'seen:' .. user)
end
local function saw(user, at)
  if at > tonumber(seen(user) or 0) then
    redis.call('SET', P .. 'seen:' .. user, string.format('%.0f', at), 'PX', ${SEEN_TTL_MS})
  end
end
local changes = {}
local function changed(user, is_online)
  local shard = tonumber(string.sub(redis.sha1hex(user), 1, 4), 16) % ${SHARDS}
  changes[shard] = changes[shard] or {}
  table.insert(changes[shard], {user, is_online, is_online == 0 and seen(user) or ''})
end
local function publish()
  for shard, list in pairs(changes) do
    redis.call('PUBLISH', ARGV[2] .. shard, cjson.encode({at = now, changes = list}))
  end
end
local function renew(run)
  redis.call('ZADD', LEASES, now + ${LEASE_TTL_MS}, run)
  redis.call('HSET', LIVES, run, string.format('%.0f', now))
  redis.call('SET', SINCE, string.format('%.0f', now), 'NX')
end
`;

const script = (body: string) => redisScript(PRELUDE + body);

/** run, run of Redis -> 1 */
export const BEGIN = script(`
if redis.call('GET', P .. 'server') ~= ARGV[4] then
  redis.call('SET', P .. 'server', ARGV[4])
  redis.call('DEL', SINCE)
end
renew(ARGV[3])
return 1
`);

/** run -> {} when the lease is lost, else {1, runs whose lease has ended…} */
export const RENEW = script(`
if not is_leased(ARGV[3]) then return {} end
renew(ARGV[3])
redis.call('PEXPIRE', P .. 'of:' .. ARGV[3], ${USER_KEY_TTL_MS})
return {1, unpack(redis.call('ZRANGEBYSCORE', LEASES, '-inf', now, 'LIMIT', 0, 10))}
`);

/** run, then four a user: id, '1' when he is here, devices, ms since he left -> {} when the lease is lost, else {now, status, seen, …} */
export const WRITE = script(`
local run = ARGV[3]
if not is_leased(run) then return {} end
local reply = {now}
for i = 4, #ARGV, 4 do
  local user, key = ARGV[i], P .. 'user:' .. ARGV[i]
  local before = status(user)
  if ARGV[i + 1] == '1' then
    redis.call('HSET', key, run, ARGV[i + 2])
    redis.call('PEXPIRE', key, ${USER_KEY_TTL_MS})
    redis.call('SADD', P .. 'of:' .. run, user)
    if before ~= 1 then changed(user, 1) end
    table.insert(reply, 1)
  else
    redis.call('HDEL', key, run)
    redis.call('SREM', P .. 'of:' .. run, user)
    local after = status(user)
    if after ~= 1 then saw(user, now - ARGV[i + 3]) end
    if after == 0 and before ~= 0 then changed(user, 0) end
    table.insert(reply, after)
  end
  table.insert(reply, seen(user) or '')
end
redis.call('PEXPIRE', P .. 'of:' .. run, ${USER_KEY_TTL_MS})
publish()
return reply
`);

/** run, grace in ms -> 1: its users are swept after the grace */
export const RETIRE = script(`
local ends = redis.call('ZSCORE', LEASES, ARGV[3])
if ends and tonumber(ends) > now then
  redis.call('HSET', LIVES, ARGV[3], string.format('%.0f', now))
  redis.call('ZADD', LEASES, now + ARGV[4], ARGV[3])
end
return 1
`);

/** run, users at most -> how many are left */
export const SWEEP = script(`
local run = ARGV[3]
if is_leased(run) then return 0 end
local life = tonumber(redis.call('HGET', LIVES, run) or 0)
for _, user in ipairs(redis.call('SPOP', P .. 'of:' .. run, ARGV[4])) do
  redis.call('HDEL', P .. 'user:' .. user, run)
  local after = status(user)
  if after ~= 1 then saw(user, life) end
  if after == 0 then changed(user, 0) end
end
publish()
local left = redis.call('SCARD', P .. 'of:' .. run)
if left == 0 then
  redis.call('ZREM', LEASES, run)
  redis.call('HDEL', LIVES, run)
end
return left
`);

/** users -> {now, status, seen, …}; who is nowhere, and was not seen leaving, is of status 2 until those who may hold him had time to say so */
export const STATUS = script(`
local since = tonumber(redis.call('GET', SINCE) or now)
local is_settling = now - since < ${SETTLING_MS}
local reply = {now}
for i = 3, #ARGV do
  local what, at = status(ARGV[i]), seen(ARGV[i])
  if what == 0 and is_settling and tonumber(at or 0) < since then what = 2 end
  table.insert(reply, what)
  table.insert(reply, at or '')
end
return reply
`);

/** users -> a list {run, devices, …} each */
export const WHERE = script(`
local reply = {}
for i = 3, #ARGV do
  local found = {}
  local fields = redis.call('HGETALL', P .. 'user:' .. ARGV[i])
  for j = 1, #fields, 2 do
    if is_leased(fields[j]) and fields[j + 1] ~= '' then
      table.insert(found, fields[j])
      table.insert(found, fields[j + 1])
    end
  end
  table.insert(reply, found)
end
return reply
`);

export const ALL_SCRIPTS = [BEGIN, RENEW, WRITE, RETIRE, SWEEP, STATUS, WHERE];
