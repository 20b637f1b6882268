import type { RecordedEvent } from '@verbatim/event-store';
import type { Build, CollectionDocuments, ReadModelStore } from '../read-model-store.js';
import { FoldError } from './fold-error.js';
import type { AnyCollection, Collection, DocumentId, Guarded } from './collection.js';
import type { Projection, WorkingSet } from './projection.js';

/** Documents kept of one collection between batches, where nothing else is said. */
export const CACHED_DOCUMENTS_MAX = 50_000;

type Documents = Map<DocumentId, Guarded | null>;
type Changed = { readonly put: Map<DocumentId, Guarded>; readonly added: object[] };

/**
 * The documents of one build as they will be when all that was folded is written. `null` is remembered too: most documents
 * of a new conversation are known not to exist without a look.
 */
export class DocumentCache {
  readonly #documents = new Map<AnyCollection, Documents>();

  constructor(
    private readonly store: ReadModelStore,
    private readonly build: Build,
    private readonly projection: Projection,
    private readonly keptMax = CACHED_DOCUMENTS_MAX,
  ) {
    for (const collection of projection.collections) this.#documents.set(collection, new Map());
  }

  /** Loads what the events will read and is not here. Resolves at once, without a turn, when all is. */
  load(events: readonly RecordedEvent[]): Promise<void> | null {
    const missing = new Map<AnyCollection, Set<DocumentId>>();
    const want = (collection: AnyCollection, id: DocumentId): void => {
      if (this.#of(collection).has(id)) return;
      const ids = missing.get(collection);
      if (ids === undefined) missing.set(collection, new Set([id]));
      else ids.add(id);
    };
    for (const event of events)
      try {
        this.projection.reads(event, want);
      } catch (cause) {
        throw new FoldError(this.projection, event, cause);
      }
    return missing.size === 0 ? null : this.#fetch(missing);
  }

  get<Document extends Guarded>(collection: Collection<Document>, id: DocumentId): Document | null {
    const document = this.#of(collection).get(id);
    if (document === undefined)
      throw new Error(`${this.build.projection} reads ${collection.name} without asking for it`);
    return document as Document | null;
  }

  /** Takes over what a batch changed. */
  absorb(changed: ReadonlyMap<AnyCollection, Changed>): void {
    for (const [collection, { put }] of changed) {
      const documents = this.#of(collection);
      for (const [id, document] of put) documents.set(id, document);
    }
  }

  get isOverfull(): boolean {
    for (const documents of this.#documents.values()) if (documents.size > this.keptMax) return true;
    return false;
  }

  /**
   * Drops the oldest documents of a collection that has too many, and all of those declared before it, which must never be
   * older than it (see `#fetch`). Only when everything absorbed is written: what is dropped is loaded from the store.
   */
  trim(): void {
    let isDependent = false;
    for (const documents of this.#lastDeclaredFirst()) {
      if (isDependent) documents.clear();
      else if (documents.size > this.keptMax) {
        dropOldest(documents, this.keptMax / 2);
        isDependent = true;
      }
    }
  }

  #of(collection: AnyCollection): Documents {
    const documents = this.#documents.get(collection);
    if (documents === undefined) throw new Error(`${this.build.projection} does not declare ${collection.name}`);
    return documents;
  }

  #lastDeclaredFirst(): readonly Documents[] {
    return [...this.#documents.values()].reverse();
  }

  /**
   * Against the order in which they are written: where there are no transactions another process may write meanwhile, and
   * a document may be folded from one that is declared later and older, never from a newer one.
   */
  async #fetch(missing: ReadonlyMap<AnyCollection, ReadonlySet<DocumentId>>): Promise<void> {
    for (const collection of [...this.#documents.keys()].reverse()) {
      const ids = [...(missing.get(collection) ?? [])];
      if (ids.length === 0) continue;
      const loaded = await this.store.load(this.build, collection as Collection<Guarded>, ids);
      const documents = this.#of(collection);
      ids.forEach((id, index) => documents.set(id, loaded[index] ?? null));
    }
  }
}

const dropOldest = (documents: Documents, left: number): void => {
  for (const id of documents.keys()) {
    if (documents.size <= left) return;
    documents.delete(id);
  }
};

/** What one batch reads and writes: its own changes over the cache. Thrown away whole when an event cannot be folded. */
export class BatchWorkingSet implements WorkingSet {
  readonly #changed = new Map<AnyCollection, Changed>();

  constructor(
    private readonly cache: DocumentCache,
    private readonly projection: Projection,
  ) {}

  get<Document extends Guarded>(collection: Collection<Document>, id: DocumentId): Document | null {
    const changed = this.#changed.get(collection)?.put.get(id);
    return changed === undefined ? this.cache.get(collection, id) : (changed as Document);
  }

  put<Document extends Guarded>(collection: Collection<Document>, id: DocumentId, document: Document): void {
    this.#of(collection).put.set(id, document);
  }

  add<Document extends object>(collection: Collection<Document>, document: Document): void {
    this.#of(collection).added.push(document);
  }

  /** What is to be written, in the declared order of the collections; the cache holds it from now on. */
  finish(): readonly CollectionDocuments[] {
    this.cache.absorb(this.#changed);
    const changes: CollectionDocuments[] = [];
    for (const collection of this.projection.collections) {
      const changed = this.#changed.get(collection);
      if (changed === undefined) continue;
      const documents = collection.writeRule === 'once' ? changed.added : [...changed.put.values()];
      changes.push({ collection, documents });
    }
    return changes;
  }

  #of(collection: AnyCollection): Changed {
    const known = this.#changed.get(collection);
    if (known !== undefined) return known;
    const changed: Changed = { put: new Map(), added: [] };
    this.#changed.set(collection, changed);
    return changed;
  }
}
