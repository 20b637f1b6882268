import { redisScript } from '@verbatim/redis';
import { GATEWAY_RECORD_TTL_MS } from '../gateway-registry.js';

/** What nobody announces any more leaves Redis by itself. */
const KEY_TTL_MS = 3_600_000;

/*
 * Keys
 *   verbatim:gateways          hash: gateway id -> its record as JSON
 *   verbatim:gateways:leases   sorted set: gateway id -> until when it is believed, ms of Redis's clock
 * ARGV[1] replaces the clock in specs.
 */
const PRELUDE = `
local RECORDS, LEASES = 'verbatim:gateways', 'verbatim:gateways:leases'
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
`;

/** gateway id, record */
export const ANNOUNCE = redisScript(`${PRELUDE}
redis.call('HSET', RECORDS, ARGV[2], ARGV[3])
redis.call('ZADD', LEASES, now + ${GATEWAY_RECORD_TTL_MS}, ARGV[2])
for _, key in ipairs({RECORDS, LEASES}) do redis.call('PEXPIRE', key, ${KEY_TTL_MS}) end
return 1
`);

/** -> records of those that are believed; the others are taken out */
export const LIST = redisScript(`${PRELUDE}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', LEASES, '-inf', now)) do
  redis.call('HDEL', RECORDS, id)
  redis.call('ZREM', LEASES, id)
end
local ids = redis.call('ZRANGE', LEASES, 0, -1)
return #ids > 0 and redis.call('HMGET', RECORDS, unpack(ids)) or {}
`);

/** gateway id */
export const WITHDRAW = redisScript(`${PRELUDE}
redis.call('HDEL', RECORDS, ARGV[2])
redis.call('ZREM', LEASES, ARGV[2])
return 1
`);
