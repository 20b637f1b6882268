import type { ScannedDocument } from '../read-model-store.js';
import type { AnyCollection } from './collection.js';

/** Numbers in keys are padded, so that keys as text are in the order of the scan. Ids are longer. */
const INTEGER_KEY_DIGITS = 10;

/** A key's values as one text; texts are in the order of the keys. */
export const keyTextOf = (values: readonly unknown[]): string =>
  values.map((value) => String(value).padStart(INTEGER_KEY_DIGITS, '0')).join('/');

/** What two engines that hold the same document say of it, whatever they store. */
export const scannedDocumentOf = (
  collection: AnyCollection,
  document: Readonly<Record<string, unknown>>,
): ScannedDocument => {
  const canonicalDocument = collection.columns.map(([name]) => [name, canonical(document[name])]);
  const key = keyTextOf(collection.key.map((name) => document[name]));
  return { key, text: JSON.stringify(Object.fromEntries(canonicalDocument)) };
};

/** The same value is the same JSON text: positions as decimal text, the keys of objects in order. */
const canonical = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, part]) => [name, canonical(part)]),
  );
};
