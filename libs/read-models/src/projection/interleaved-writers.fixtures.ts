import type { RecordedEvent } from '@verbatim/event-store';
import type { Build, Generation, ReadModelStore } from '../read-model-store.js';
import type { AnyCollection, DocumentId, Guarded } from './collection.js';
import { DocumentCache } from './document-cache.js';
import { foldBatch } from './fold-batch.js';
import type { Projection } from './projection.js';
import { scannedDocumentOf } from './scanned-document.js';

/** So few that caches are full after some events. */
const KEPT_DOCUMENTS_MAX = 2;

/**
 * The documents of one projection on an engine without transactions, in memory: every document is written by itself, by the
 * rules of the store, and anything may happen between two of them.
 */
export class SharedDocuments {
  readonly #documents = new Map<AnyCollection, Map<DocumentId, object>>();
  /** How many events are folded, as the checkpoint says. */
  foldedCount = 0;
  /** Called before a collection is read for a fold. */
  beforeLoad: () => void = () => undefined;

  constructor(readonly projection: Projection) {}

  write(collection: AnyCollection, document: object): void {
    const documents = this.#of(collection);
    const id = idOf(collection, document);
    const before = documents.get(id);
    const isNewer = (): boolean => (document as Guarded).lastPosition > (before as Guarded).lastPosition;
    if (before === undefined || (collection.writeRule === 'guarded' && isNewer())) documents.set(id, document);
  }

  readonly load = async (_: Build, collection: AnyCollection, ids: readonly DocumentId[]): Promise<never> => {
    this.beforeLoad();
    const documents = this.#of(collection);
    return ids.map((id) => documents.get(id) ?? null) as never;
  };

  texts(): readonly string[] {
    return this.projection.collections.flatMap((collection) =>
      [...this.#of(collection).values()]
        .map((document) => scannedDocumentOf(collection, document as never).text)
        .sort(),
    );
  }

  #of(collection: AnyCollection): Map<DocumentId, object> {
    const known = this.#documents.get(collection) ?? new Map<DocumentId, object>();
    this.#documents.set(collection, known);
    return known;
  }
}

const idOf = ({ key }: AnyCollection, document: object): DocumentId =>
  key.map((name) => String((document as Record<string, unknown>)[name])).join('');

/** One process that folds the log into shared documents, one small step at a time; it may end after any of them. */
export class SteppedWriter {
  #cache: DocumentCache;
  #next = 0;
  #writes: (() => void)[] = [];

  constructor(
    private readonly shared: SharedDocuments,
    private readonly events: readonly RecordedEvent[],
  ) {
    this.#cache = this.#emptyCache();
  }

  /** Ends, and starts again from the checkpoint. */
  restart(): void {
    this.#cache = this.#emptyCache();
    this.#next = this.shared.foldedCount;
    this.#writes = [];
  }

  forget(): void {
    if (this.#writes.length === 0) this.#cache.trim();
  }

  /** @returns false when there was nothing to write */
  writeOne(): boolean {
    const write = this.#writes.shift();
    write?.();
    return write !== undefined;
  }

  async foldOrWrite(maxEvents: number): Promise<void> {
    if (this.writeOne()) return;
    const batch = this.events.slice(this.#next, this.#next + maxEvents);
    if (batch.length === 0) return;
    this.#next += batch.length;
    const foldedTo = this.#next;
    for (const { collection, documents } of await foldBatch(this.shared.projection, this.#cache, batch))
      for (const document of documents) this.#writes.push(() => this.shared.write(collection, document));
    this.#writes.push(() => {
      this.shared.foldedCount = Math.max(this.shared.foldedCount, foldedTo);
    });
  }

  async finish(): Promise<void> {
    while (this.#next < this.events.length || this.#writes.length > 0) await this.foldOrWrite(this.events.length);
  }

  #emptyCache(): DocumentCache {
    const { projection, load } = this.shared;
    const build: Build = { projection: projection.name, generation: 1 as Generation };
    return new DocumentCache({ load } as unknown as ReadModelStore, build, projection, KEPT_DOCUMENTS_MAX);
  }
}
