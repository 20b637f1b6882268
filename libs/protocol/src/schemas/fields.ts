import type { TObject } from 'typebox';
import { operationNames, operations } from '../operations.js';
import type { OperationName } from '../operations.js';
import { USER_NAME_INPUT_PATTERN, UUID_INPUT_PATTERN } from '../limits.js';

/** What has to be known of a request's fields beside their schema. */
export type RequestFields = {
  readonly integers: readonly string[];
  /** Ids and user names: upper case means the same. */
  readonly folded: readonly string[];
  /** Lists that are one comma-separated text in a query. */
  readonly commaLists: readonly string[];
};

/** The part of a JSON Schema that is looked at here. */
type FieldSchema = { readonly type?: string; readonly pattern?: string; readonly items?: FieldSchema };

const isFolded = (schema: FieldSchema): boolean =>
  schema.type === 'array'
    ? schema.items !== undefined && isFolded(schema.items)
    : schema.pattern === UUID_INPUT_PATTERN || schema.pattern === USER_NAME_INPUT_PATTERN;

const queryFields: ReadonlySet<string> = new Set(
  operationNames.flatMap((name: OperationName) => operations[name].http.flatMap((binding) => binding.query ?? [])),
);

export const fieldSchemasOf = (schema: TObject): Readonly<Record<string, FieldSchema>> =>
  schema.properties as Readonly<Record<string, FieldSchema>>;

export const fieldsOf = (schema: TObject): RequestFields => {
  const entries = Object.entries(fieldSchemasOf(schema));
  const namesWhere = (test: (field: FieldSchema) => boolean) =>
    entries.filter(([, field]) => test(field)).map(([name]) => name);
  return {
    integers: namesWhere((field) => field.type === 'integer'),
    folded: namesWhere(isFolded),
    commaLists: namesWhere((field) => field.type === 'array').filter((name) => queryFields.has(name)),
  };
};
