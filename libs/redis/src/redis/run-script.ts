import { createHash } from 'node:crypto';
import type { RedisReply, RedisScript } from '../redis-connection.js';
import { isRefusal, type RedisLink } from './redis-link.js';

export const redisScript = (source: string): RedisScript => ({
  source,
  digest: createHash('sha1').update(source).digest('hex'),
});

/** By its digest; with its source where Redis does not know it, as after a restart. Scripts here name their keys themselves. */
export const runScript = async (link: RedisLink, script: RedisScript, args: readonly string[]): Promise<RedisReply> => {
  try {
    return await link.send(['EVALSHA', script.digest, '0', ...args]);
  } catch (error) {
    if (!isRefusal(error, 'NOSCRIPT')) throw error;
    return link.send(['EVAL', script.source, '0', ...args]);
  }
};
