import { mongoFailureOf } from '@verbatim/mongo';
import type { MongoConnection } from '@verbatim/mongo';
import { QueueFullError, createWorkQueue, fullJitterMs, pause } from '@verbatim/platform';
import { StateBusyError, StateFullError, StateUnavailableError } from '../errors.js';
import { STATE_WAITING_WRITES_MAX } from '../state-store.js';

/** Writes under way at once: as many as the connection has sockets; the rest wait in turn. */
const WRITES_AT_ONCE_MAX = 32;
/** A write that waited longer for its turn is refused. */
const WAIT_FOR_TURN_MAX_MS = 1_000;
/** From the call to its end, the wait for its turn and all attempts included: below the 2 s in which the edge has to answer. */
const WRITE_MAX_MS = 1_900;
const ATTEMPTS_MAX = 4;
const BETWEEN_ATTEMPTS = { baseMs: 20, capMs: 200 };

/** Another write came between two steps of this one. It had no effect so far and is tried again. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError';
}

/** Asked after an attempt with an unknown outcome whether it had its effect, the database no longer tells. */
export class UnresolvedError extends Error {
  override readonly name = 'UnresolvedError';
}

/** @param isUnclear an attempt before this one may have had its effect, or may still have it */
export type WriteAttempt<Result> = (isUnclear: boolean) => Promise<Result>;

/** Calls to the database, each bounded in time, with failures as the port has them. */
export class StateCalls {
  private readonly queue = createWorkQueue({ concurrency: WRITES_AT_ONCE_MAX, waitingMax: STATE_WAITING_WRITES_MAX });
  private readonly underWay = new Set<Promise<unknown>>();
  private isClosing = false;

  constructor(private readonly connection: MongoConnection) {}

  async read<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await this.connection.bounded(call);
    } catch (error) {
      throw stateErrorOf(error);
    }
  }

  /** Tries again while the outcome is unknown; the attempt has to find out what those before it did. */
  async write<Result>(attempt: WriteAttempt<Result>): Promise<Result> {
    if (this.isClosing) throw new StateBusyError('the store is closing');
    const sinceMs = performance.now();
    const write = this.queue.run(() => {
      const waitedMs = performance.now() - sinceMs;
      if (waitedMs > WAIT_FOR_TURN_MAX_MS) throw new StateBusyError('too many writes wait for their turn');
      return this.repeated(attempt, WRITE_MAX_MS - waitedMs);
    });
    this.underWay.add(write);
    try {
      return await write;
    } catch (error) {
      throw stateErrorOf(error);
    } finally {
      this.underWay.delete(write);
    }
  }

  /** Waits for the writes under way; later ones are refused. */
  async close(): Promise<void> {
    this.isClosing = true;
    await Promise.allSettled(this.underWay);
  }

  private async repeated<Result>(attempt: WriteAttempt<Result>, limitMs: number): Promise<Result> {
    const abandoned = new AbortController();
    const attempts = async (): Promise<Result> => {
      let isUnclear = false;
      for (let number = 1; ; number += 1) {
        try {
          return await attempt(isUnclear);
        } catch (error) {
          const isTransient = mongoFailureOf(error) === 'transient';
          const isRepeatable = isTransient || error instanceof OvertakenError;
          if (!isRepeatable || number === ATTEMPTS_MAX || abandoned.signal.aborted) throw error;
          isUnclear ||= isTransient;
          await pause(fullJitterMs(BETWEEN_ATTEMPTS, number), abandoned.signal);
          if (abandoned.signal.aborted) throw error; // nobody waits: an attempt now would surprise whoever tried anew
        }
      }
    };
    try {
      return await this.connection.bounded(attempts, limitMs);
    } finally {
      abandoned.abort();
    }
  }
}

const stateErrorOf = (error: unknown): unknown => {
  if (error instanceof QueueFullError) return new StateBusyError(`${error.waitingMax} writes wait already`);
  if (error instanceof OvertakenError) return new StateBusyError(error.message);
  if (error instanceof UnresolvedError) return new StateUnavailableError(error.message);
  switch (mongoFailureOf(error)) {
    case 'full':
      return new StateFullError('the disk of the database of State is full', { cause: error });
    case 'transient':
      return new StateUnavailableError('the database of State does not answer', { cause: error });
    default:
      return error;
  }
};
