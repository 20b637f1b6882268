import { createLogger } from '@verbatim/platform';
import type { RedisConnection } from '../redis-connection.js';

export const silent = createLogger({ name: 'spec', level: 'silent' });

/** The next time that the connection goes up or down. */
export const next = (connection: RedisConnection, change: 'up' | 'down'): Promise<void> =>
  new Promise((resolve) => (change === 'up' ? connection.onUp(resolve) : connection.onDown(resolve)));
