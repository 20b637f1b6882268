import { createHash, type Hash } from 'node:crypto';
import { STATE_PAGE_MAX, type Collection, type StoredDocument } from '@verbatim/state';

export type AnyDocument = Readonly<Record<string, unknown>>;
export type AnyStored = StoredDocument<AnyDocument>;
export type AnyDocuments = Collection<AnyDocument>;

/** What is the same thing in both stores, by id: `null` where a store does not have it. */
export type Pair = { readonly id: string; readonly from: AnyStored | null; readonly into: AnyStored | null };

/** Every document of a collection, in the order of ids; a page of them is in memory at a time. */
export async function* documentsOf(documents: AnyDocuments): AsyncGenerator<AnyStored> {
  for (let after: string | undefined; ;) {
    const page = await documents.list('', { limit: STATE_PAGE_MAX, ...(after === undefined ? {} : { after }) });
    yield* page;
    if (page.length < STATE_PAGE_MAX) return;
    after = page.at(-1)?.id;
  }
}

/** Every id that one of two collections has, with what each holds under it. Neither may be written to behind the walk. */
export async function* pairsOf(from: AnyDocuments, into: AnyDocuments): AsyncGenerator<Pair> {
  const [left, right] = [documentsOf(from), documentsOf(into)];
  let [one, other] = await Promise.all([left.next(), right.next()]);
  while (one.done !== true || other.done !== true) {
    const leftId = one.done === true ? null : one.value.id;
    const rightId = other.done === true ? null : other.value.id;
    const takesLeft = leftId !== null && (rightId === null || leftId <= rightId);
    const takesRight = rightId !== null && (leftId === null || rightId <= leftId);
    yield {
      id: (takesLeft ? leftId : rightId) as string,
      from: takesLeft ? (one.value as AnyStored) : null,
      into: takesRight ? (other.value as AnyStored) : null,
    };
    if (takesLeft) one = await left.next();
    if (takesRight) other = await right.next();
  }
}

/** The same value is the same text: the keys of objects in order. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(parts.map(([name, part]) => [name, canonical(part)]));
};

/** All of a document: that it is another one, was written another number of times or holds something else. */
export const textOf = ({ id, version, document }: AnyStored): string =>
  JSON.stringify([id, version, canonical(document)]);

export const isSame = (one: AnyStored | null, other: AnyStored | null): boolean =>
  one !== null && other !== null && textOf(one) === textOf(other);

/** SHA-256 over documents, in their order. */
export class StateDigest {
  readonly #hash: Hash = createHash('sha256');

  add(collection: string, stored: AnyStored): void {
    this.#hash.update(`${collection} ${textOf(stored)}\n`);
  }

  get hex(): string {
    return this.#hash.copy().digest('hex');
  }
}
