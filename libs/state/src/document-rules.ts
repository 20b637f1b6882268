import { STATE_DOCUMENT_MAX_BYTES, STATE_PAGE_MAX } from './state-store.js';
import type { CollectionDefinition, Page } from './state-store.js';

const COLLECTION_NAME = /^[a-z][a-z0-9-]{0,39}$/;
const FIELD_NAME = /^[a-z][A-Za-z0-9]{0,39}$/;
const ID = /^[\x21-\x7e]{1,200}$/;
const PREFIX = /^[\x21-\x7e]{0,200}$/;

export const checkDefinition = ({ name, indexedFields = [] }: CollectionDefinition): void => {
  if (!COLLECTION_NAME.test(name)) throw new RangeError(`not a collection name: ${name}`);
  for (const field of indexedFields) if (!FIELD_NAME.test(field)) throw new RangeError(`not a field name: ${field}`);
};

export const checkId = (id: string): void => {
  if (!ID.test(id)) throw new RangeError('a document id has 1 to 200 printable ASCII characters');
};

export const checkPrefix = (prefix: string): void => {
  if (!PREFIX.test(prefix)) throw new RangeError('a prefix has up to 200 printable ASCII characters');
};

export const checkPage = ({ limit, after }: Page): void => {
  if (!Number.isInteger(limit) || limit < 1 || limit > STATE_PAGE_MAX) {
    throw new RangeError(`a page has 1 to ${STATE_PAGE_MAX} documents`);
  }
  if (after !== undefined) checkId(after);
};

export const checkIndexed = (definition: CollectionDefinition, field: string): void => {
  if (definition.indexedFields?.includes(field) !== true) {
    throw new RangeError(`${definition.name} has no index over ${field}`);
  }
};

export const checkVersion = (version: number): void => {
  if (!Number.isSafeInteger(version) || version < 1) throw new RangeError('a version is a whole number from 1 on');
};

/** Collections as a store lists them, in the order of their names. */
export const definitionsByName = (
  indexedFields: ReadonlyMap<string, readonly string[]>,
): readonly Required<CollectionDefinition>[] =>
  [...indexedFields]
    .map(([name, fields]) => ({ name, indexedFields: fields.toSorted() }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

/** The document as it is stored. */
export const encodeDocument = (document: object): string => {
  const text = JSON.stringify(document);
  if (Buffer.byteLength(text) > STATE_DOCUMENT_MAX_BYTES) {
    throw new RangeError(`a document has at most ${STATE_DOCUMENT_MAX_BYTES} bytes`);
  }
  return text;
};

/** Behind every id that starts with the prefix: ids hold nothing above `~`. */
export const endOfPrefix = (prefix: string): string => `${prefix}\x7f`;
