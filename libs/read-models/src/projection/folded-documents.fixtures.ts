import type { RecordedEvent } from '@verbatim/event-store';
import type { AnyCollection, Collection, DocumentId, Guarded } from './collection.js';
import type { Projection, WorkingSet } from './projection.js';

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));

/** The documents of one projection in memory, kept by the rules of the store: the first `once`, the newest `guarded`. */
export class FoldedDocuments implements WorkingSet {
  readonly #documents = new Map<string, Map<string, object>>();
  readonly #wanted = new Set<string>();

  constructor(private readonly projection: Projection) {}

  fold(events: readonly RecordedEvent[]): this {
    for (const event of events) {
      this.#wanted.clear();
      this.projection.reads(event, (collection, id) => this.#wanted.add(`${collection.name}/${id}`));
      this.projection.fold(event, this);
    }
    return this;
  }

  get<Document extends Guarded>(collection: Collection<Document>, id: DocumentId): Document | null {
    if (!this.#wanted.has(`${collection.name}/${id}`)) throw new Error(`${collection.name} was not asked for`);
    return this.find(collection, id);
  }

  find<Document extends object>(collection: Collection<Document>, id: DocumentId): Document | null {
    return (this.#of(collection).get(id) as Document | undefined) ?? null;
  }

  all<Document extends object>(collection: Collection<Document>): Document[] {
    return [...this.#of(collection).values()] as Document[];
  }

  put<Document extends Guarded>(collection: Collection<Document>, id: DocumentId, document: Document): void {
    const before = this.find(collection, id);
    if (before === null || document.lastPosition >= before.lastPosition) this.#of(collection).set(id, document);
  }

  add<Document extends object>(collection: Collection<Document>, document: Document): void {
    const key = collection.key.map((name) => String(document[name])).join('/');
    if (!this.#of(collection).has(key)) this.#of(collection).set(key, document);
  }

  /** Two of these are equal when their documents are. */
  snapshot(): Record<string, Record<string, string>> {
    const collections = this.projection.collections.map((collection) => {
      const documents = [...this.#of(collection)].sort(([one], [other]) => (one < other ? -1 : 1));
      return [collection.name, Object.fromEntries(documents.map(([key, document]) => [key, canonical(document)]))];
    });
    return Object.fromEntries(collections) as Record<string, Record<string, string>>;
  }

  #of({ name }: AnyCollection): Map<string, object> {
    const known = this.#documents.get(name);
    if (known !== undefined) return known;
    const documents = new Map<string, object>();
    this.#documents.set(name, documents);
    return documents;
  }
}

export const folded = (projection: Projection, events: readonly RecordedEvent[]): FoldedDocuments =>
  new FoldedDocuments(projection).fold(events);
