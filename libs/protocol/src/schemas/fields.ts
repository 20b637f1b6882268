import { operations } from '../operations.js';
import type { OperationName } from '../operations.js';
import { USER_NAME_INPUT_PATTERN, UUID_INPUT_PATTERN } from '../limits.js';
import { requestSchemas } from './requests.js';

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

export const fieldSchemasOf = (name: OperationName): Readonly<Record<string, FieldSchema>> =>
  requestSchemas[name].properties as Readonly<Record<string, FieldSchema>>;

export const fieldsOf = (name: OperationName): RequestFields => {
  const queryFields = operations[name].http.flatMap((binding) => binding.query ?? []);
  const entries = Object.entries(fieldSchemasOf(name));
  const namesWhere = (test: (field: FieldSchema) => boolean) =>
    entries.filter(([, field]) => test(field)).map(([field]) => field);
  return {
    integers: namesWhere((field) => field.type === 'integer'),
    folded: namesWhere(isFolded),
    commaLists: namesWhere((field) => field.type === 'array').filter((field) => queryFields.includes(field)),
  };
};
