import { createHash } from 'node:crypto';
import type { AllSlice, EventStore, Position } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import {
  openSqliteReadModels,
  projections,
  type AnyCollection,
  type BuildRecord,
  type ProjectionName,
  type ReadModelStore,
  type ScannedDocument,
} from '@verbatim/read-models';
import { replayTo } from './replay-to.js';

/** Differences named at most; the rest is only counted. */
const NAMED_DIFFERENCES_MAX = 1_000;

export type DocumentDifference = {
  readonly projection: ProjectionName;
  readonly collection: string;
  readonly key: string;
  /** `missing`: the replay has it, the read model has not; `extra`: the other way; `differs`: other content. */
  readonly kind: 'missing' | 'extra' | 'differs';
};

export type VerifyReport = {
  readonly events: number;
  readonly documents: number;
  readonly differenceCount: number;
  /** The first `NAMED_DIFFERENCES_MAX` of them. */
  readonly differences: readonly DocumentDifference[];
  /** Projections that have folded nothing, although the log has events for them: there is nothing to compare. */
  readonly unfolded: readonly ProjectionName[];
  /** SHA-256 over the canonical documents of each collection as they are stored. */
  readonly hashes: Readonly<Record<string, string>>;
};

export type VerifyOptions = {
  readonly eventStore: EventStore;
  /** Not written to by anybody meanwhile. */
  readonly store: ReadModelStore;
  readonly onProgress?: (progress: { readonly events: number }) => void;
};

/** The read models were written to while they were compared. */
export class MovedWhileVerifyingError extends OperatorError {
  override readonly name = 'MovedWhileVerifyingError';
}

/**
 * Compares every document with that of a fresh replay of the log up to the same checkpoint. The replay reads, and so checks,
 * every record up to the head.
 * @throws DamagedLogError, MovedWhileVerifyingError
 */
export const verify = async ({ eventStore, store, onProgress }: VerifyOptions): Promise<VerifyReport> => {
  const before = (await store.builds()).filter(({ status }) => status === 'active');
  const targets = before.flatMap((upTo) => {
    const projection = projections.find(({ name }) => name === upTo.projection);
    return projection === undefined ? [] : [{ projection, upTo }];
  });
  const fresh = await openSqliteReadModels({ file: 'memory:', log: eventStore.identity });
  try {
    let events = 0;
    const progress = (count: number): void => {
      events = count;
      onProgress?.({ events });
    };
    const freshBuilds = await replayTo(eventStore, fresh, targets, progress);
    const comparison = new Comparison();
    for (const { projection, upTo } of targets) {
      const freshBuild = freshBuilds.find((build) => build.projection === projection.name) as BuildRecord;
      for (const collection of projection.collections)
        await comparison.compare(
          collection,
          projection.name,
          store.scan(upTo, collection),
          fresh.scan(freshBuild, collection),
        );
    }
    assertUnmoved(before, await store.builds());
    return { events, unfolded: await unfoldedOf(eventStore, before), ...comparison.report() };
  } finally {
    await fresh.close();
  }
};

const unfoldedOf = async (
  eventStore: EventStore,
  builds: readonly BuildRecord[],
): Promise<readonly ProjectionName[]> => {
  const unfolded: ProjectionName[] = [];
  for (const { name, categories } of projections) {
    const build = builds.find(({ projection }) => projection === name);
    if (build !== undefined && build.checkpoint !== null) continue;
    if (await hasEventsOf(eventStore, categories)) unfolded.push(name);
  }
  return unfolded;
};

const hasEventsOf = async (eventStore: EventStore, categories: readonly string[]): Promise<boolean> => {
  for (let after: Position | null = null; ;) {
    let undecodable = 0;
    const onUndecodable = (): void => void (undecodable += 1);
    const page: AllSlice = await eventStore.readAll({ after, maxCount: 1, categories, onUndecodable });
    if (page.events.length + undecodable > 0) return true;
    if (page.isAtHead || page.scannedTo === null) return false;
    after = page.scannedTo;
  }
};

const assertUnmoved = (before: readonly BuildRecord[], after: readonly BuildRecord[]): void => {
  for (const build of before) {
    const now = after.find(({ projection, status }) => projection === build.projection && status === 'active');
    if (now?.generation !== build.generation || now.checkpoint?.position !== build.checkpoint?.position)
      throw new MovedWhileVerifyingError('the read models changed while they were verified; stop the server first');
  }
};

/** Walks two sorted collections side by side. */
class Comparison {
  #documents = 0;
  #differenceCount = 0;
  readonly #differences: DocumentDifference[] = [];
  readonly #hashes: Record<string, string> = {};

  async compare(
    collection: AnyCollection,
    projection: ProjectionName,
    stored: AsyncIterable<ScannedDocument>,
    replayed: AsyncIterable<ScannedDocument>,
  ): Promise<void> {
    const hash = createHash('sha256');
    const others = replayed[Symbol.asyncIterator]();
    let other = await others.next();
    const differ = (key: string, kind: DocumentDifference['kind']): void =>
      this.#differ({ projection, collection: collection.name, key, kind });
    for await (const mine of stored) {
      this.#documents += 1;
      hash.update(mine.text).update('\n');
      while (other.done !== true && other.value.key < mine.key) {
        differ(other.value.key, 'missing');
        other = await others.next();
      }
      if (other.done === true || other.value.key !== mine.key) differ(mine.key, 'extra');
      else {
        if (other.value.text !== mine.text) differ(mine.key, 'differs');
        other = await others.next();
      }
    }
    for (; other.done !== true; other = await others.next()) differ(other.value.key, 'missing');
    this.#hashes[collection.name] = hash.digest('hex');
  }

  report(): Omit<VerifyReport, 'events' | 'unfolded'> {
    return {
      documents: this.#documents,
      differenceCount: this.#differenceCount,
      differences: this.#differences,
      hashes: this.#hashes,
    };
  }

  #differ(difference: DocumentDifference): void {
    this.#differenceCount += 1;
    if (this.#differences.length < NAMED_DIFFERENCES_MAX) this.#differences.push(difference);
  }
}
