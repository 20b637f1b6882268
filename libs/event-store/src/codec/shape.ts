/** Whether a JSON value is what a stored field must be. Exact: what passes survives JSON unchanged. */
export type FieldCheck = (value: unknown) => boolean;

/** One check per field; a field that may be absent is not allowed: a new field is a new schema version. */
export type Fields = Readonly<Record<string, FieldCheck>>;

/** What JSON Schema says of the values that a check lets pass; it may let pass more (-0), never less. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A check that can be published: consumers of events in other languages get its schema. */
export type DescribedCheck = FieldCheck & { readonly schema: JsonSchema };
export type DescribedFields = Readonly<Record<string, DescribedCheck>>;

const described = (check: FieldCheck, schema: JsonSchema): DescribedCheck => Object.assign(check, { schema });

export const isText = described((value) => typeof value === 'string', { type: 'string' });
/** JSON turns -0 into 0, so -0 is no value that can be stored. */
export const isInteger = described((value) => Number.isSafeInteger(value) && !Object.is(value, -0), {
  type: 'integer',
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
});

export const isNullOr = (check: DescribedCheck): DescribedCheck =>
  described((value) => value === null || check(value), { anyOf: [check.schema, { type: 'null' }] });

export const isOneOf = (...allowed: readonly string[]): DescribedCheck => {
  const values = new Set<unknown>(allowed);
  return described((value) => values.has(value), { enum: allowed });
};

export const isListOf = (check: DescribedCheck): DescribedCheck =>
  described((value) => Array.isArray(value) && value.every((item) => check(item)), {
    type: 'array',
    items: check.schema,
  });

export const isRecordOf = (fields: DescribedFields): DescribedCheck => {
  const find = problemFinder(fields);
  return described((value) => find(value) === null, schemaOfFields(fields));
};

/** An object with exactly these fields. */
export const schemaOfFields = (fields: DescribedFields): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
  required: Object.keys(fields),
  additionalProperties: false,
});

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
