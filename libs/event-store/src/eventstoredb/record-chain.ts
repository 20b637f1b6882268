import { createBoundedCache } from '@verbatim/platform';
import { GENESIS_HASH, recordHash, type RecordHash } from '../codec/record-hash.js';
import { DamagedLogError } from '../errors.js';
import { CHECKED_TAILS_MAX } from './limits.js';
import type { StoredRecord } from './stored-record.js';

type CheckedTail = { readonly revision: number; readonly hash: RecordHash };

const damaged = ({ position, streamName, revision }: StoredRecord, reason: string): DamagedLogError =>
  new DamagedLogError(position, `${streamName}@${revision}: ${reason}`);

/** @throws DamagedLogError when the record is not what its own hash covers */
export const checkHash = (record: StoredRecord): void => {
  if (recordHash(record.previousHash, record) !== record.hash)
    throw damaged(record, 'the record does not match its hash');
  if (record.revision === 0 && record.previousHash !== GENESIS_HASH)
    throw damaged(record, 'the first record of a stream names one before it');
};

/**
 * Checks records as they are read: each against its own hash, and against the one before it in its stream where that was read
 * lately, by whomever.
 */
export class RecordChain {
  readonly #tails = createBoundedCache<string, CheckedTail>({ entriesMax: CHECKED_TAILS_MAX });

  /** @throws DamagedLogError */
  check(record: StoredRecord): StoredRecord {
    checkHash(record);
    const { streamName, revision, previousHash, hash } = record;
    const tail = this.#tails.get(streamName);
    if (tail?.revision === revision - 1 && tail.hash !== previousHash)
      throw damaged(record, 'the record does not follow the one before it');
    this.#tails.set(streamName, { revision, hash });
    return record;
  }
}

/** Checks that one reader misses no record of a stream: from the first that it saw on, revisions are dense. */
export class DenseRevisions {
  readonly #last = createBoundedCache<string, number>({ entriesMax: CHECKED_TAILS_MAX });

  /** @throws DamagedLogError */
  check(record: StoredRecord): StoredRecord {
    const last = this.#last.get(record.streamName);
    if (last !== undefined && record.revision > last + 1)
      throw damaged(record, `revision ${last + 1} is missing before it`);
    this.#last.set(record.streamName, record.revision);
    return record;
  }
}
