import { UUID_INPUT_PATTERN, USER_NAME_INPUT_PATTERN } from '@verbatim/protocol';
import { replySchemas } from '@verbatim/protocol/schemas';

/** The part of a JSON Schema that the documents put into words. */
type Schema = {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly default?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};
/** A field at any depth: `users[].userId`, `client.name`. */
export type Field = { readonly path: string; readonly words: string; readonly required: boolean };

const refWords: Readonly<Record<string, string>> = { HistoryItem: 'history item', ReplayedPush: 'push', Push: 'push' };
const entryText = JSON.stringify(replySchemas['conversation.get']);

const integerWords = ({ minimum, maximum, default: fallback }: Schema): string => {
  if (maximum === Number.MAX_SAFE_INTEGER) return minimum === 0 ? 'seq' : 'seq or -1';
  if (minimum === undefined) return 'integer';
  if (maximum === undefined) return `integer, at least ${minimum}`;
  return `integer, ${minimum} to ${maximum}${fallback === undefined ? '' : `, default ${fallback}`}`;
};

const textWords = ({ pattern = '', minLength, maxLength }: Schema): string => {
  if (pattern === UUID_INPUT_PATTERN) return 'UUID';
  if (pattern === USER_NAME_INPUT_PATTERN) return 'user name';
  if (pattern.startsWith('^\\d{4}-')) return 'instant';
  const kind = pattern.includes('\\p{Cc}') ? 'line' : 'text';
  if (minLength !== undefined) return `${kind}, ${minLength} to ${maxLength} characters`;
  return maxLength === undefined ? kind : `${kind}, at most ${maxLength} characters`;
};

const listWords = ({ items = {}, minItems, maxItems }: Schema): string => {
  const list = `list of ${wordsOf(items)}`;
  if (minItems === undefined) return maxItems === undefined ? list : `${list}, at most ${maxItems}`;
  if (maxItems === undefined) return `${list}, at least ${minItems}`;
  return minItems === maxItems ? `${list}, exactly ${minItems}` : `${list}, ${minItems} to ${maxItems}`;
};

const objectWords = (schema: Schema): string => {
  if (schema.properties?.['type']?.const === 'message.sent') return '`message.sent` item';
  return JSON.stringify(schema) === entryText ? 'conversation entry' : 'object';
};

/** The type of a field as the documents write it. */
const wordsOf = (schema: Schema): string => {
  if (schema.$ref !== undefined) return refWords[schema.$ref.split('/').at(-1) ?? ''] ?? schema.$ref;
  if (schema.anyOf !== undefined) return schema.anyOf.map(wordsOf).join(' or ');
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (choices !== undefined) return choices.map((choice) => JSON.stringify(choice)).join(' or ');
  if (schema.type === 'array') return listWords(schema);
  if (schema.type === 'object') return objectWords(schema);
  if (schema.type === 'integer') return integerWords(schema);
  return schema.type === 'string' ? textWords(schema) : String(schema.type);
};

/** Fields inside a field, unless the documents have a word for the whole. */
const innerOf = (schema: Schema): Schema | undefined => {
  const inner =
    schema.anyOf?.find(({ type }) => type === 'object') ?? (schema.type === 'array' ? schema.items : schema);
  return inner?.type === 'object' && objectWords(inner) === 'object' ? inner : undefined;
};

/** @param schema a JSON Schema of an object */
export const fieldsOf = (schema: object, prefix = ''): readonly Field[] => {
  const { properties = {}, required = [] } = schema as Schema;
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = prefix + name;
    const inner = innerOf(field);
    const nested = inner === undefined ? [] : fieldsOf(inner, `${path}${field.type === 'array' ? '[]' : ''}.`);
    return [{ path, words: wordsOf(field), required: required.includes(name) }, ...nested];
  });
};
