import type { LogIdentity } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import type { CollectionDefinition, StateStore } from '@verbatim/state';
import { LEASES } from '../leadership/projector-lease.js';
import { MOVES, MoveMark } from './move-mark.js';
import { movedTo, type NewPositions } from './remembered-positions.js';
import {
  StateDigest,
  documentsOf,
  isSame,
  pairsOf,
  type AnyDocument,
  type AnyDocuments,
  type Pair,
} from './state-walk.js';

/** Documents that are written at the same time. */
const WRITES_AT_ONCE = 64;
/** Collections that belong to the place and not to the platform. */
const STAYING: readonly string[] = [LEASES, MOVES];

export type CopiedState = {
  readonly documents: number;
  /** Of those, written by this call. */ readonly written: number;
};

const movingOf = async (state: StateStore): Promise<readonly CollectionDefinition[]> =>
  (await state.collections()).filter(({ name }) => !STAYING.includes(name));

/** Whether no library has put anything into it. */
export const isEmptyState = async (state: StateStore): Promise<boolean> => {
  for (const definition of await movingOf(state))
    if ((await (await state.collection(definition)).list('', { limit: 1 })).length > 0) return false;
  return true;
};

/**
 * Brings all of State to another store, whoever owns it: every collection that the source has, each document with its version and
 * with its places in the log as they are in the new one. The source is not written to. May be broken off anywhere and repeated.
 */
export class StateMove {
  #mark: MoveMark | null = null;

  constructor(
    private readonly source: StateStore,
    private readonly target: StateStore,
  ) {}

  /**
   * Finds out whether the target may be written to: it is empty, or an earlier copy for the same log that nobody has used since.
   * @throws OperatorError
   */
  async begin(log: LogIdentity): Promise<void> {
    const names = new Set((await movingOf(this.source)).map(({ name }) => name));
    const mark = await MoveMark.of(this.target);
    if (mark === null) await this.#refuseDocuments(await movingOf(this.target));
    else {
      mark.refuseOther(log);
      await this.#refuseDocuments((await movingOf(this.target)).filter(({ name }) => !names.has(name)));
      if (mark.digest !== null && mark.digest !== (await this.#digest()))
        throw new OperatorError(
          '--state names a State that was written to since it was moved there: it is in use already',
        );
    }
    this.#mark = mark ?? (await MoveMark.set(this.target, log));
  }

  /** Copies what differs, compares all of it, and leaves a mark by which a later use shows. Only after `begin`. */
  async copy(positions: NewPositions, onProgress: (documents: number) => void): Promise<CopiedState> {
    const mark = this.#mark;
    if (mark === null) throw new Error('the move has not begun');
    await mark.note(null);
    let [documents, written] = [0, 0];
    for (const definition of await movingOf(this.source)) {
      const into = await this.target.collection<AnyDocument>(definition);
      const writes: (() => Promise<void>)[] = [];
      for await (const pair of this.#moved(definition, into, positions)) {
        documents += pair.from === null ? 0 : 1;
        if (!isSame(pair.from, pair.into)) writes.push(() => settle(into, pair));
        if (writes.length === WRITES_AT_ONCE) written += await allOf(writes.splice(0));
        onProgress(documents);
      }
      written += await allOf(writes);
    }
    await this.#compare(positions);
    await mark.note(await this.#digest());
    return { documents, written };
  }

  async #compare(positions: NewPositions): Promise<void> {
    for (const definition of await movingOf(this.source)) {
      const into = await this.target.collection<AnyDocument>(definition);
      for await (const { id, from, into: found } of this.#moved(definition, into, positions))
        if (!isSame(from, found))
          throw new OperatorError(`the copy of State differs in ${definition.name} ${id}: somebody else writes to it`);
    }
  }

  /** What the target has to hold beside what it holds. */
  async *#moved(definition: CollectionDefinition, into: AnyDocuments, positions: NewPositions): AsyncGenerator<Pair> {
    const from = await this.source.collection<AnyDocument>(definition);
    for await (const pair of pairsOf(from, into))
      yield { ...pair, from: pair.from === null ? null : movedTo(definition.name, pair.from, positions) };
  }

  async #refuseDocuments(definitions: readonly CollectionDefinition[]): Promise<void> {
    for (const definition of definitions) {
      const documents = await this.target.collection(definition);
      if ((await documents.list('', { limit: 1 })).length > 0)
        throw new OperatorError(
          `--state names a State that holds something else (${definition.name}): name an empty database`,
        );
    }
  }

  async #digest(): Promise<string> {
    const digest = new StateDigest();
    for (const definition of await movingOf(this.target)) {
      const documents = await this.target.collection<AnyDocument>(definition);
      for await (const stored of documentsOf(documents)) digest.add(definition.name, stored);
    }
    return digest.hex;
  }
}

const allOf = async (writes: readonly (() => Promise<void>)[]): Promise<number> => {
  await Promise.all(writes.map((write) => write()));
  return writes.length;
};

/** Brings one document to what it has to be. Broken off between its steps it is missing, and the next run writes it. */
const settle = async (documents: AnyDocuments, { id, from, into }: Pair): Promise<void> => {
  const isFree = into === null || (await documents.delete(id, into.version));
  if (isFree && (from === null || (await documents.insert(id, from.document, from.version)) === 'inserted')) return;
  throw new OperatorError(
    'somebody else writes to the State that is copied to: stop every server, and run the same command again',
  );
};
