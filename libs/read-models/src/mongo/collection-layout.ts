import type { Collection as MongoCollection, Db, Document, IndexDescription } from 'mongodb';
import { membershipDocuments } from '../membership/membership.projection.js';
import { ID_CHARACTERS, type AnyCollection, type DocumentId } from '../projection/collection.js';
import { keyTextOf } from '../projection/scanned-document.js';
import { projections } from '../projections.js';
import type { Generation } from '../read-model-store.js';
import { userDocuments } from '../users/users.projection.js';

/** `_id` is the key's values joined with `/`, so that a range of ids is a range of keys. The rest is as the projection has it. */
export type StoredDocument = Document & { readonly _id: string };
export type StoredCollection = MongoCollection<StoredDocument>;

/** Whatever is not found by `_id` or a range of it. */
const INDEXES: ReadonlyMap<string, readonly IndexDescription[]> = new Map([
  [
    membershipDocuments.name,
    [
      { name: 'of_user', key: { userId: 1 } },
      { name: 'current_members', key: { conversationId: 1, isCurrent: 1, userId: 1 } },
    ],
  ],
  [userDocuments.name, [{ name: 'by_name', key: { nameKey: 1, lastPosition: -1 } }]],
]);

export const indexesOf = ({ name }: AnyCollection): readonly IndexDescription[] => INDEXES.get(name) ?? [];

const COLLECTION_NAME = new RegExp(
  `^(?:${projections.flatMap(({ collections }) => collections.map(({ name }) => name)).join('|')})_g(\\d{1,9})$`,
);

export const collectionName = ({ name }: Pick<AnyCollection, 'name'>, generation: Generation): string =>
  `${name}_g${generation}`;

/** The generation that a collection of ours belongs to; null for a name that we never give. */
export const generationIn = (name: string): Generation | null => {
  const [, generation] = COLLECTION_NAME.exec(name) ?? [];
  return generation === undefined ? null : (Number(generation) as Generation);
};

/** Positions are int64 in the database and bigint here. */
export const storedCollection = (database: Db, name: string): StoredCollection =>
  database.collection<StoredDocument>(name, { useBigInt64: true, ignoreUndefined: true });

export const storedIdOf = (...keyValues: readonly (string | number)[]): string => keyTextOf(keyValues);

/** The ids in a document id, which are of equal length, as a stored id. */
export const storedIdOfDocument = (id: DocumentId): string => {
  const parts: string[] = [];
  for (let at = 0; at < id.length; at += ID_CHARACTERS) parts.push(id.slice(at, at + ID_CHARACTERS));
  return storedIdOf(...parts);
};

/** Every stored id that starts with this id: from the separator to the character after it. */
export const idsStartingWith = (id: string) => ({ $gte: `${id}/`, $lt: `${id}0` });

/** Stored ids of keys of an id and an integer, both ends included. */
export const idsBetween = (id: string, lowest: number, highest: number) => ({
  $gte: storedIdOf(id, lowest),
  $lte: storedIdOf(id, highest),
});

/** The part of a stored id that stands for the key's value at `index`. */
export const keyPartOf = (storedId: string, index: number): string => storedId.split('/')[index] ?? '';

type Columns = AnyCollection['columns'];
const storedColumns = new WeakMap<AnyCollection, Columns>();

/** Columns that are fields: what is in `_id` is stored again only where an index needs it. */
const fieldsOf = (collection: AnyCollection): Columns => {
  const known = storedColumns.get(collection);
  if (known !== undefined) return known;
  const indexed = new Set(indexesOf(collection).flatMap(({ key }) => Object.keys(key)));
  const fields = collection.columns.filter(([name]) => !collection.key.includes(name) || indexed.has(name));
  storedColumns.set(collection, fields);
  return fields;
};

export const storedDocumentOf = (collection: AnyCollection, document: object): StoredDocument => {
  const values = document as Readonly<Record<string, string | number>>;
  const stored: Record<string, unknown> = { _id: keyTextOf(collection.key.map((name) => values[name])) };
  for (const [name] of fieldsOf(collection)) stored[name] = values[name];
  return stored as StoredDocument;
};

export const documentOf = (collection: AnyCollection, stored: StoredDocument): Record<string, unknown> => {
  const keyValues = stored._id.split('/');
  const document: Record<string, unknown> = {};
  for (const [name, kind] of collection.columns) {
    const part = keyValues[collection.key.indexOf(name)];
    if (part === undefined) document[name] = stored[name] ?? null;
    else document[name] = kind === 'integer' ? Number(part) : part;
  }
  return document;
};
