import { GENESIS_HASH, type RecordHash } from '../codec/record-hash.js';
import { DamagedLogError, ForeignLogError } from '../errors.js';
import type { Position } from '../event-store.js';
import type { VerifiedLog, VerifyOptions } from '../sqlite/verify-sqlite-log.js';
import { SCAN_PAGE_EVENTS } from './limits.js';
import { connectLog } from './open-event-store-db.js';
import { checkHash } from './record-chain.js';
import { toStoredRecord, type StoredRecord } from './stored-record.js';

type Tail = { readonly revision: number; readonly hash: RecordHash };
const BEFORE_THE_FIRST: Tail = { revision: -1, hash: GENESIS_HASH };

/** Follows every stream from its first record on; remembers the last hash of each, about 250 bytes a stream. */
export class ChainVerifier {
  events = 0;
  headPosition: Position | null = null;
  readonly #tails = new Map<string, Tail>();

  /** @throws DamagedLogError */
  check(record: StoredRecord): void {
    const { streamName, revision, previousHash, hash, position } = record;
    const { revision: last, hash: lastHash } = this.#tails.get(streamName) ?? BEFORE_THE_FIRST;
    if (revision !== last + 1)
      throw new DamagedLogError(position, `${streamName}@${last + 1} is missing before ${streamName}@${revision}`);
    if (previousHash !== lastHash)
      throw new DamagedLogError(position, `${streamName}@${revision}: the record does not follow the one before it`);
    checkHash(record);
    this.#tails.set(streamName, { revision, hash });
    this.events += 1;
    this.headPosition = position;
  }
}

/**
 * Checks the whole log: every record's hash, its link to the one before it in its stream, and that no revision is missing. May
 * run beside servers, up to the head as it is when it gets there.
 * @throws DamagedLogError with the first position that is wrong, ForeignLogError when there is no log
 */
export const verifyEventStoreDb = async (
  url: string,
  { onProgress = () => {} }: Pick<VerifyOptions, 'onProgress'> = {},
): Promise<VerifiedLog> => {
  const { shared, identity: identityStream, reads, names } = await connectLog(url);
  try {
    const identity = await identityStream.read();
    if (identity === null)
      throw new ForeignLogError('EVENT_STORE_URL names a server that holds no log of this platform');
    const verifier = new ChainVerifier();
    for (let after: Position | null = null, isAtHead = false; !isAtHead;) {
      const page: Awaited<ReturnType<typeof reads.allAfter>> = await reads.allAfter(after, SCAN_PAGE_EVENTS);
      for (const event of page.events) {
        const record = toStoredRecord(names, event);
        if (record !== null) verifier.check(record);
        after = event.position.commit as Position;
      }
      isAtHead = page.isAtHead;
      onProgress(verifier.events);
    }
    return { identity, events: verifier.events, headPosition: verifier.headPosition };
  } finally {
    await shared.release();
  }
};
