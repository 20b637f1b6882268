import { createClient } from '@redis/client';
import type { RedisAddress } from '../redis-address.js';
import { CONNECT_LIMIT_MS, WAITING_COMMANDS_MAX } from '../redis-limits.js';

/** One connection, without any coming back of its own: who dials decides about that. */
const clientOf = ({ url }: RedisAddress) =>
  createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandsQueueMaxLength: WAITING_COMMANDS_MAX,
    socket: { connectTimeout: CONNECT_LIMIT_MS, reconnectStrategy: false },
  });

export type DialedClient = ReturnType<typeof clientOf>;

export class DialTimeoutError extends Error {
  override readonly name = 'DialTimeoutError';
}

/** Connects once, within CONNECT_LIMIT_MS, a server that accepts and never answers included. */
export const dial = async (address: RedisAddress): Promise<DialedClient> => {
  const client = clientOf(address);
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DialTimeoutError('no answer in time')), CONNECT_LIMIT_MS);
    // What answers and is no Redis shows here alone. Listened to for ever: an unheard 'error' would end the process.
    client.on('error', reject);
  });
  failed.catch(() => {});
  try {
    await Promise.race([client.connect(), failed]);
    return client;
  } catch (error) {
    client.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
};
