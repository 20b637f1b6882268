import { randomUUID } from 'node:crypto';
import { ErrorType, NO_STREAM, jsonEvent } from '@eventstore/db-client';
import { DamagedLogError } from '../errors.js';
import type { LogIdentity } from '../event-store.js';
import { isOfType, withinTime } from './client-errors.js';
import { START_TIMEOUT_MS } from './limits.js';
import type { ServerReads } from './server-reads.js';
import type { SharedClient } from './shared-client.js';
import type { StreamNames } from './stream-names.js';

const EVENT_TYPE = 'LogIdentity';
/** Another process may write it at the same moment; then there is one to read. */
const ATTEMPTS_MAX = 3;

type StoredIdentity = { readonly identity: LogIdentity; readonly revision: bigint };

const isIdentity = (value: unknown): value is LogIdentity => {
  const { logId, epoch } = (value ?? {}) as Partial<LogIdentity>;
  return typeof logId === 'string' && Number.isSafeInteger(epoch);
};

/** The newest event of a stream of its own says which log this is, and in which epoch. */
export class LogIdentityStream {
  constructor(
    private readonly shared: SharedClient,
    private readonly reads: ServerReads,
    private readonly names: StreamNames,
  ) {}

  /** Null for a log that was never opened. @throws DamagedLogError */
  async read(): Promise<LogIdentity | null> {
    return (await this.#newest())?.identity ?? null;
  }

  /** Reads it, or makes it: one identity, however many processes do so at once. */
  async readOrMake(): Promise<LogIdentity> {
    for (let attempt = 1; ; attempt += 1) {
      const stored = await this.#newest();
      if (stored !== null) return stored.identity;
      const made: LogIdentity = { logId: randomUUID(), epoch: 1 };
      if (await this.#append(made, NO_STREAM)) return made;
      if (attempt === ATTEMPTS_MAX) throw new DamagedLogError(null, 'its identity can be neither read nor written');
    }
  }

  /** Writes an identity where none is, or raises the epoch of the one that is there; the same again changes nothing. */
  async write(identity: LogIdentity): Promise<void> {
    const stored = await this.#newest();
    if (stored?.identity.logId === identity.logId && stored.identity.epoch === identity.epoch) return;
    if (!(await this.#append(identity, stored?.revision ?? NO_STREAM)))
      throw new DamagedLogError(null, 'somebody else changed its identity meanwhile');
  }

  async #newest(): Promise<StoredIdentity | null> {
    const [event] = (await this.reads.stream(this.names.identity, 'end', 1, false)) ?? [];
    if (event === undefined) return null;
    if (!isIdentity(event.data)) throw new DamagedLogError(null, `${this.names.identity} holds no identity of a log`);
    const { logId, epoch } = event.data;
    return { identity: { logId, epoch }, revision: event.revision };
  }

  /** @returns false when somebody was faster */
  async #append({ logId, epoch }: LogIdentity, expectedRevision: bigint | typeof NO_STREAM): Promise<boolean> {
    const event = jsonEvent({ type: EVENT_TYPE, data: { logId, epoch } });
    const append = this.shared.client.appendToStream(this.names.identity, event, {
      expectedRevision,
      requiresLeader: true,
    });
    try {
      await withinTime(append, 'the log identity', START_TIMEOUT_MS);
      return true;
    } catch (error) {
      if (isOfType(error, ErrorType.WRONG_EXPECTED_VERSION)) return false;
      throw error;
    }
  }
}
