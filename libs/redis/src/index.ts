export * from './redis-connection.js';
export * from './redis-limits.js';
export { isRedisUrl } from './redis-address.js';
export * from './redis/open-redis.js';
export { redisScript } from './redis/run-script.js';
