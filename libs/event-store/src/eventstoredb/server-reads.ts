import { BACKWARDS, END, FORWARDS, START, type EventStoreDBClient } from '@eventstore/db-client';
import { fullJitterMs, pause } from '@verbatim/platform';
import type { Position } from '../event-store.js';
import { isPassing, isPerhapsInvalidPosition, isStreamNotFound, withinTime } from './client-errors.js';
import { READ_ATTEMPTS_MAX, READ_BACKOFF, READ_TIMEOUT_MS, SCAN_PAGE_EVENTS } from './limits.js';
import type { SharedClient } from './shared-client.js';
import type { ServerEvent } from './stored-record.js';

type Read = AsyncIterable<{ readonly event?: unknown }> & { cancel(): Promise<void> };

const positionOf = (commit: Position | null) => (commit === null ? START : { commit, prepare: commit });

const collect = async (read: Read): Promise<ServerEvent[]> => {
  const events: ServerEvent[] = [];
  for await (const { event } of read) if (event !== undefined) events.push(event as ServerEvent);
  return events;
};

/** The server cannot begin to read at a position: no record begins there. */
class NoRecordThereError extends Error {
  override readonly name = 'NoRecordThereError';
}

/** Pages of the server, each within a time, and asked for again while the server is away. */
export class ServerReads {
  constructor(private readonly shared: SharedClient) {}

  /** @returns null when the stream does not exist */
  async stream(
    name: string,
    from: number | 'start' | 'end',
    maxCount: number,
    isForwards: boolean,
  ): Promise<readonly ServerEvent[] | null> {
    try {
      return await this.#page(`a read of ${name}`, (client) =>
        client.readStream(name, {
          fromRevision: from === 'start' ? START : from === 'end' ? END : BigInt(from),
          direction: isForwards ? FORWARDS : BACKWARDS,
          maxCount,
          requiresLeader: true,
          deadline: READ_TIMEOUT_MS,
        }),
      );
    } catch (error) {
      if (isStreamNotFound(error)) return null;
      throw error;
    }
  }

  /**
   * The events behind a position, of everybody, oldest first. Null reads from the start.
   * `isAtHead`: nothing lay beyond them.
   */
  async allAfter(
    after: Position | null,
    maxCount: number,
  ): Promise<{ events: readonly ServerEvent[]; isAtHead: boolean }> {
    const asked = after === null ? maxCount : maxCount + 1; // a read begins at its position, and we behind it
    const page = await this.#allFrom(after, asked).catch(async (error: unknown) => {
      if (after === null || !(error instanceof NoRecordThereError)) throw error;
      return this.#all(await this.boundaryUpTo(after), asked);
    });
    const events = page.filter(({ position }) => after === null || position.commit > after);
    return { events: events.slice(0, maxCount), isAtHead: page.length < asked };
  }

  /** The events before a position, of everybody, newest first. Null reads from the end. */
  async allBefore(before: Position | null, maxCount: number): Promise<readonly ServerEvent[]> {
    const page = await this.#page('a read of $all', (client) =>
      client.readAll({
        fromPosition: before === null ? END : { commit: before, prepare: before },
        direction: BACKWARDS,
        maxCount,
        requiresLeader: true,
        deadline: READ_TIMEOUT_MS,
      }),
    );
    return before === null ? page : page.filter(({ position }) => position.commit < before);
  }

  /** The event of anybody that begins at this position, or null. */
  async allAt(position: Position): Promise<ServerEvent | null> {
    const [event] = await this.#allFrom(position, 1).catch((error: unknown) => {
      if (error instanceof NoRecordThereError) return [];
      throw error;
    });
    return event?.position.commit === position ? event : null;
  }

  /**
   * The start of the last record at or before a position; null: none. The server cannot begin to read between records; ours
   * are never asked for there, unless a position was made up.
   */
  async boundaryUpTo(position: Position): Promise<Position | null> {
    if ((await this.allAt(position)) !== null) return position;
    let before: Position | null = null;
    for (;;) {
      const page = await this.allBefore(before, SCAN_PAGE_EVENTS);
      const found = page.find((event) => event.position.commit <= position);
      if (found !== undefined) return found.position.commit as Position;
      const oldest = page.at(-1);
      if (oldest === undefined) return null;
      before = oldest.position.commit as Position;
    }
  }

  /**
   * Servers have no word of their own for a position that is none: a failure is believed to mean that when the server answers
   * otherwise, and fails again for the same position.
   * @throws NoRecordThereError
   */
  async #allFrom(position: Position | null, maxCount: number): Promise<ServerEvent[]> {
    try {
      return await this.#all(position, maxCount);
    } catch (error) {
      if (!isPerhapsInvalidPosition(error)) throw error;
    }
    await this.allBefore(null, 1);
    try {
      return await this.#all(position, maxCount);
    } catch (error) {
      throw isPerhapsInvalidPosition(error) ? new NoRecordThereError() : error;
    }
  }

  #all(from: Position | null, maxCount: number): Promise<ServerEvent[]> {
    return this.#page('a read of $all', (client) =>
      client.readAll({
        fromPosition: positionOf(from),
        direction: FORWARDS,
        maxCount,
        requiresLeader: true,
        deadline: READ_TIMEOUT_MS,
      }),
    );
  }

  async #page(what: string, read: (client: EventStoreDBClient) => Read): Promise<ServerEvent[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await withinTime(collect(read(this.shared.client)), what, READ_TIMEOUT_MS);
      } catch (error) {
        if (attempt >= READ_ATTEMPTS_MAX || !isPassing(error)) throw error;
        await pause(fullJitterMs(READ_BACKOFF, attempt));
      }
    }
  }
}
