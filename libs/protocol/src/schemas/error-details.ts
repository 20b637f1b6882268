import type { TLocalizedValidationError } from 'typebox/error';
import { ERROR_DETAILS_MAX } from '../limits.js';
import type { DetailCode, ErrorDetail } from '../protocol-error.js';
import { UNICODE_PATTERN } from './values.js';

const codeOfKeyword: Readonly<Record<string, DetailCode>> = {
  type: 'type',
  pattern: 'pattern',
  enum: 'choice',
  anyOf: 'choice',
  minimum: 'min',
  maximum: 'max',
  minLength: 'too-short',
  minItems: 'too-short',
  maxLength: 'too-long',
  maxItems: 'too-long',
};

const PATH_MAX_CHARACTERS = 128;

/** Inside a choice every branch complains; the choice itself says it once. */
const isInsideChoice = (error: TLocalizedValidationError): boolean => error.schemaPath.includes('/anyOf/');

const detailsOf = (error: TLocalizedValidationError): readonly ErrorDetail[] => {
  const at = error.instancePath;
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: `${at}/${name}`, code: 'required' }));
    case 'boolean': // one for each unknown field: its name is the sender's, so it is cut before it is echoed
      return [{ path: at.slice(0, PATH_MAX_CHARACTERS), code: 'unknown-field' }];
    case 'pattern':
      return [{ path: at, code: error.params.pattern === UNICODE_PATTERN ? 'not-unicode' : 'pattern' }];
    default: {
      const code = codeOfKeyword[error.keyword];
      return code === undefined ? [] : [{ path: at, code }];
    }
  }
};

/** What a compiled check found, in our codes. Bounded, without the values themselves. */
export const errorDetails = (errors: readonly TLocalizedValidationError[]): readonly ErrorDetail[] =>
  errors
    .filter((error) => !isInsideChoice(error))
    .flatMap(detailsOf)
    .slice(0, ERROR_DETAILS_MAX);
