/** A query field that is not one plain text: the schema refuses it, whatever the field. */
const UNREADABLE = Symbol('unreadable');

const decode = (text: string): string | typeof UNREADABLE => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return UNREADABLE;
  }
};

/**
 * `a=1&b=2` and nothing cleverer: a repeated key has an array of its values and a badly escaped one an empty array, both of which no
 * field accepts; `a[b]` is a key of that name. Keys are own properties of an object without a prototype.
 */
export const parseStrictQuery = (query: string): Record<string, unknown> => {
  const fields = Object.create(null) as Record<string, unknown>;
  if (query === '') return fields;
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = decode(at < 0 ? '' : pair.slice(at + 1));
    const key = typeof name === 'string' ? name : pair;
    if (typeof name !== 'string' || typeof value !== 'string') fields[key] = [];
    else fields[key] = key in fields ? [fields[key], value].flat() : value;
  }
  return fields;
};
