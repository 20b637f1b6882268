/** Whether a JSON value is what a stored field must be. Exact: what passes survives JSON unchanged. */
export type FieldCheck = (value: unknown) => boolean;

/** One check per field; a field that may be absent is not allowed: a new field is a new schema version. */
export type Fields = Readonly<Record<string, FieldCheck>>;

export const isText: FieldCheck = (value) => typeof value === 'string';
/** JSON turns -0 into 0, so -0 is no value that can be stored. */
export const isInteger: FieldCheck = (value) => Number.isSafeInteger(value) && !Object.is(value, -0);

export const isNullOr =
  (check: FieldCheck): FieldCheck =>
  (value) =>
    value === null || check(value);

export const isOneOf = (...allowed: readonly string[]): FieldCheck => {
  const values = new Set<unknown>(allowed);
  return (value) => values.has(value);
};

export const isListOf =
  (check: FieldCheck): FieldCheck =>
  (value) =>
    Array.isArray(value) && value.every(check);

export const isRecordOf = (fields: Fields): FieldCheck => {
  const find = problemFinder(fields);
  return (value) => find(value) === null;
};

/** Makes a function that names the first thing wrong with a value (`is not an object`, `body`, …), or returns null. */
export const problemFinder = (fields: Fields): ((value: unknown) => string | null) => {
  const checks = Object.entries(fields);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not an object';
    const record = value as Readonly<Record<string, unknown>>;
    for (const [name, check] of checks) if (!Object.hasOwn(record, name) || !check(record[name])) return name;
    let count = 0;
    for (const _ in record) count += 1;
    return count === checks.length ? null : 'has an unknown field';
  };
};
