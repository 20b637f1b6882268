import type { StreamName } from './ids.js';
import { isUuid } from './uuid.js';

/** Joins a category and an id; for `*.stream.ts` only. Throws `RangeError` unless the id is a lower-case UUID. */
export const streamNameOf = (category: string, id: string): StreamName => {
  // The text is cut: an id that gets this far unvalidated may be of any size.
  if (!isUuid(id)) throw new RangeError(`no ${category} stream is named after ${JSON.stringify(id.slice(0, 64))}`);
  return `${category}-${id}` as StreamName;
};

/** The part before the first `-`. Throws `RangeError` for a name that has none. */
export const categoryOf = (stream: StreamName): string => {
  const dash = stream.indexOf('-');
  if (dash < 1) throw new RangeError(`stream name without a category: ${JSON.stringify(stream.slice(0, 64))}`);
  return stream.slice(0, dash);
};

/** The part after the category: a lower-case UUID. Throws `RangeError` for a name built elsewhere. */
export const idOf = (stream: StreamName): string => {
  const id = stream.slice(categoryOf(stream).length + 1);
  if (!isUuid(id)) throw new RangeError(`stream name without an id: ${JSON.stringify(stream.slice(0, 64))}`);
  return id;
};
