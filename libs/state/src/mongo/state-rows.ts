import { randomUUID } from 'node:crypto';
import { encodeDocument } from '../document-rules.js';
import type { StoredDocument } from '../state-store.js';

/**
 * A document as it lies in the database. Its content is JSON text, so that any key and any text comes back as it was; what `find`
 * asks for stands beside it.
 */
export type StateRow = {
  readonly _id: string;
  readonly version: number;
  readonly text: string;
  /** By indexed field; see `indexedText`. A field that is missing here was not indexed yet when the row was written. */
  readonly fields: Readonly<Record<string, IndexedText>>;
  /** Of the insert, for the life of the document: tells whose insert it was when a reply was lost. */
  readonly insertedBy: string;
  /** Of the last write: tells whose replacement it was, and names this very document to a delete. */
  readonly writtenBy: string;
};

/** The JSON text of a string (the database would change unpaired surrogates), or false where the document has none. */
export type IndexedText = string | false;

export type RowContent = Pick<StateRow, 'text' | 'fields' | 'writtenBy'>;

/** Unlike any other write's, of whatever process. */
const newToken = (): string => randomUUID();

export const contentOf = (document: object, indexedFields: readonly string[]): RowContent => {
  const text = encodeDocument(document);
  return { text, fields: fieldsOf(text, indexedFields), writtenBy: newToken() };
};

export const fieldsOf = (text: string, indexedFields: readonly string[]): Record<string, IndexedText> => {
  if (indexedFields.length === 0) return {};
  const document = JSON.parse(text) as Record<string, unknown>; // what is found is what was stored, not what was handed in
  return Object.fromEntries(indexedFields.map((field) => [field, indexedText(document[field])]));
};

export const indexedText = (value: unknown): IndexedText => (typeof value === 'string' ? JSON.stringify(value) : false);

/** The path of an indexed field in a row. */
export const pathOf = (field: string): string => `fields.${field}`;

export const storedDocumentOf = <T>({
  _id,
  version,
  text,
}: Pick<StateRow, '_id' | 'version' | 'text'>): StoredDocument<T> => ({
  id: _id,
  version,
  document: JSON.parse(text) as T,
});
