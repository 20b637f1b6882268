import type { LogEvent } from './outgoing.js';
import type { Subscriber } from './subscriber.js';

/** Events written before a replay waits for the reader to take them. */
const REPLAY_CHUNK_EVENTS = 50;

/**
 * In pieces that wait for the reader: a long replay to a slow client is no reason to call it a slow consumer.
 * @param drained resolves when little is unsent, or when the connection is gone
 */
export const writeReplay = async (
  subscriber: Subscriber,
  replay: readonly LogEvent[],
  drained: () => Promise<void>,
): Promise<void> => {
  for (let from = 0; from < replay.length && !subscriber.isOver; from += REPLAY_CHUNK_EVENTS) {
    subscriber.replay(replay.slice(from, from + REPLAY_CHUNK_EVENTS));
    if (from + REPLAY_CHUNK_EVENTS < replay.length) await drained();
  }
};
