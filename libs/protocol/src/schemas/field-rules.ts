import type { OperationName } from '../operations.js';
import type { ErrorDetail } from '../protocol-error.js';

/** A rule that holds between fields, which the schema of one field cannot say. */
export type FieldRule = {
  /** For people and for the generated documents. */
  readonly says: string;
  readonly check: (d: Readonly<Record<string, unknown>>) => readonly ErrorDetail[];
};

const has = (d: Readonly<Record<string, unknown>>, name: string): boolean => d[name] !== undefined;

const required = (names: readonly string[]): readonly ErrorDetail[] =>
  names.map((name) => ({ path: `/${name}`, code: 'required' }));
const conflict = (names: readonly string[]): readonly ErrorDetail[] =>
  names.map((name) => ({ path: `/${name}`, code: 'conflict' }));

const exactlyOneOf = (...names: readonly string[]): FieldRule => ({
  says: `Exactly one of ${names.join(', ')}.`,
  check: (d) => {
    const given = names.filter((name) => has(d, name));
    if (given.length === 0) return required(names);
    return given.length === 1 ? [] : conflict(given);
  },
});
const atMostOneOf = (...names: readonly string[]): FieldRule => ({
  says: `At most one of ${names.join(', ')}.`,
  check: (d) => {
    const given = names.filter((name) => has(d, name));
    return given.length <= 1 ? [] : conflict(given);
  },
});
const atLeastOneOf = (...names: readonly string[]): FieldRule => ({
  says: `At least one of ${names.join(', ')}.`,
  check: (d) => (names.some((name) => has(d, name)) ? [] : required(names)),
});

export const fieldRules: { readonly [Name in OperationName]?: FieldRule } = {
  'user.get': exactlyOneOf('userId', 'userName'),
  'history.page': atMostOneOf('beforeSeq', 'afterSeq'),
  'receipt.advance': atLeastOneOf('deliveredUpTo', 'readUpTo'),
};
