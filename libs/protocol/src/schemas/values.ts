import { Type } from 'typebox';
import { PASSWORD_MAX_CHARACTERS, TOKEN_MAX_CHARACTERS, UUID_INPUT_PATTERN } from '../limits.js';

/** No control characters, line separators or half surrogate pairs: what ends up in lists and logs. */
export const ONE_LINE_PATTERN = '^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]+$';
/** No half surrogate pairs. */
export const UNICODE_PATTERN = '^\\P{Cs}*$';

/** A request accepts no field that it does not know. */
export const closed = { additionalProperties: false } as const;

export const uuid = (description?: string) =>
  Type.String({ pattern: UUID_INPUT_PATTERN, ...(description === undefined ? {} : { description }) });
export const seq = (description?: string) => wholeNumber(0, Number.MAX_SAFE_INTEGER, description);
/** -1 stands for "before the first". */
export const seqOrNone = (description?: string) => wholeNumber(-1, Number.MAX_SAFE_INTEGER, description);
export const wholeNumber = (minimum: number, maximum: number, description?: string) =>
  Type.Integer({ minimum, maximum, ...(description === undefined ? {} : { description }) });
export const pageLimit = (maximum: number, fallback: number) =>
  Type.Integer({ minimum: 1, maximum, default: fallback });
export const oneLine = (maxLength: number) => Type.String({ pattern: ONE_LINE_PATTERN, maxLength });
/** What it is worth is for the verifier to say, with codes of its own. */
export const token = () => Type.String({ maxLength: TOKEN_MAX_CHARACTERS });
export const password = (minLength: number) =>
  Type.String({ pattern: UNICODE_PATTERN, minLength, maxLength: PASSWORD_MAX_CHARACTERS });
/** Bounded by the frame or the headers; what it says is for the reader of cursors to judge. */
export const opaque = (description: string) => Type.String({ description });
export const commandId = () => Type.Optional(uuid('Once per intent, kept over every retry.'));

export const instant = (description = 'ISO-8601, UTC, milliseconds') =>
  Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$', description });
