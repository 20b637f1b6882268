import { randomUUID } from 'node:crypto';
import { ErrorType, NO_STREAM, jsonEvent } from '@eventstore/db-client';
import { DamagedLogError, UnfinishedMoveError } from '../errors.js';
import type { LogIdentity } from '../event-store.js';
import { isOfType, withinTime } from './client-errors.js';
import { START_TIMEOUT_MS } from './limits.js';
import type { ServerReads } from './server-reads.js';
import type { SharedClient } from './shared-client.js';
import type { StreamNames } from './stream-names.js';

const EVENT_TYPE = 'LogIdentity';
/** Another process may write it at the same moment; then there is one to read. */
const ATTEMPTS_MAX = 3;

/** `isArriving`: the log is still being copied here, and is not to be opened. */
type AnnouncedIdentity = { readonly identity: LogIdentity; readonly isArriving: boolean };
type StoredIdentity = AnnouncedIdentity & { readonly revision: bigint };

type IdentityData = LogIdentity & { readonly isArriving?: boolean };

const isIdentity = (value: unknown): value is IdentityData => {
  const { logId, epoch, isArriving = false } = (value ?? {}) as Partial<IdentityData>;
  return typeof logId === 'string' && Number.isSafeInteger(epoch) && typeof isArriving === 'boolean';
};

const settled = (stored: AnnouncedIdentity | null): LogIdentity | null => {
  if (stored?.isArriving === true) throw new UnfinishedMoveError();
  return stored?.identity ?? null;
};

/** The newest event of a stream of its own says which log this is, and in which epoch. */
export class LogIdentityStream {
  constructor(
    private readonly shared: SharedClient,
    private readonly reads: ServerReads,
    private readonly names: StreamNames,
  ) {}

  /** Null for a log that was never opened. @throws DamagedLogError, UnfinishedMoveError */
  async read(): Promise<LogIdentity | null> {
    return settled(await this.#newest());
  }

  /** The same of a log that may still be on its way here. @throws DamagedLogError */
  announced(): Promise<AnnouncedIdentity | null> {
    return this.#newest();
  }

  /** Reads it, or makes it: one identity, however many processes do so at once. */
  async readOrMake(): Promise<LogIdentity> {
    for (let attempt = 1; ; attempt += 1) {
      const identity = await this.read();
      if (identity !== null) return identity;
      const made: LogIdentity = { logId: randomUUID(), epoch: 1 };
      if (await this.#append({ identity: made, isArriving: false }, NO_STREAM)) return made;
      if (attempt === ATTEMPTS_MAX) throw new DamagedLogError(null, 'its identity can be neither read nor written');
    }
  }

  /** Writes an identity where none is, or raises the epoch of the one that is there; the same again changes nothing. */
  write(identity: LogIdentity): Promise<void> {
    return this.#change({ identity, isArriving: false });
  }

  /** Says which log is being copied here: nobody can open it until `write` says that it is there. */
  announce(identity: LogIdentity): Promise<void> {
    return this.#change({ identity, isArriving: true });
  }

  async #change(wanted: AnnouncedIdentity): Promise<void> {
    const stored = await this.#newest();
    const { logId, epoch } = wanted.identity;
    const isSame = stored?.identity.logId === logId && stored.identity.epoch === epoch;
    if (isSame && stored.isArriving === wanted.isArriving) return;
    if (!(await this.#append(wanted, stored?.revision ?? NO_STREAM)))
      throw new DamagedLogError(null, 'somebody else changed its identity meanwhile');
  }

  async #newest(): Promise<StoredIdentity | null> {
    const [event] = (await this.reads.stream(this.names.identity, 'end', 1, false)) ?? [];
    if (event === undefined) return null;
    if (!isIdentity(event.data)) throw new DamagedLogError(null, `${this.names.identity} holds no identity of a log`);
    const { logId, epoch, isArriving = false } = event.data;
    return { identity: { logId, epoch }, isArriving, revision: event.revision };
  }

  /** @returns false when somebody was faster */
  async #append(
    { identity: { logId, epoch }, isArriving }: AnnouncedIdentity,
    expectedRevision: bigint | typeof NO_STREAM,
  ): Promise<boolean> {
    const event = jsonEvent({ type: EVENT_TYPE, data: { logId, epoch, ...(isArriving ? { isArriving } : {}) } });
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
