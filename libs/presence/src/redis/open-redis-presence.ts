import { OperatorError } from '@verbatim/platform';
import { openRedis, openRedisSubscriber } from '@verbatim/redis';
import type { PresenceOptions } from '../presence-options.js';
import { RedisPresence } from './redis-presence.js';

export type RedisPresenceSettings = PresenceOptions & {
  readonly offlineGraceMs?: number;
  /** Replaces Redis's clock in specs. */
  readonly redisNowMs?: () => number;
  readonly commandLimitMs?: number;
};

const VARIABLE = 'PRESENCE_URL';

/** @throws OperatorError */
export const openRedisPresence = async (url: string, settings: RedisPresenceSettings): Promise<RedisPresence> => {
  const { logger, metrics, commandLimitMs } = settings;
  const options = {
    variable: VARIABLE,
    use: 'presence',
    logger,
    ...(metrics === undefined ? {} : { metrics }),
    ...(commandLimitMs === undefined ? {} : { commandLimitMs }),
  } as const;
  let heard: RedisPresence['heard'] = () => {};
  const redis = await openRedis(url, options);
  const opening = openRedisSubscriber(url, options, (message, channel) => heard(message, channel));
  const subscriber = await opening.catch(async (error: unknown) => {
    await redis.close();
    throw error;
  });
  const presence = new RedisPresence({ ...settings, redis, subscriber });
  heard = (message, channel) => presence.heard(message, channel);
  try {
    await presence.begin();
  } catch (error) {
    await presence.close();
    const { message } = error as Error;
    throw new OperatorError(`the Redis of ${VARIABLE} does not take presence: ${message}`, { cause: error });
  }
  return presence;
};
