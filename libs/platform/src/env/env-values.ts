export type Parsed<T> = { readonly value: T } | { readonly problem: string };

type Range = { readonly min: number; readonly max: number; readonly unit: string };

const SECRET_MIN_LENGTH = 32;
/** A secret of fewer different characters is a placeholder, as `aaaa…`. */
const SECRET_MIN_DISTINCT_CHARACTERS = 8;
const DEFAULT_SECRETS = /change.?me|default|example|password|placeholder|secret|insecure|replace|your.?(key|token)/i;

const inRange = (value: number, { min, max, unit }: Range): Parsed<number> =>
  value >= min && value <= max ? { value } : { problem: `must be from ${min} to ${max} (${unit}), is ${value}` };

export const parseInteger = (text: string, range: Range): Parsed<number> =>
  /^-?\d{1,15}$/.test(text) ? inRange(Number(text), range) : { problem: 'must be a whole number' };

export const parseNumber = (text: string, range: Range): Parsed<number> =>
  /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? inRange(Number(text), range) : { problem: 'must be a decimal number' };

type TextRules = { readonly oneOf?: readonly string[]; readonly maxLength?: number };

export const parseText = (text: string, { oneOf, maxLength = 4_096 }: TextRules): Parsed<string> => {
  if (oneOf !== undefined && !oneOf.includes(text)) return { problem: `must be one of ${oneOf.join(', ')}` };
  return text.length <= maxLength ? { value: text } : { problem: `must have at most ${maxLength} characters` };
};

export const parseBoolean = (text: string): Parsed<boolean> =>
  text === 'true' || text === 'false' ? { value: text === 'true' } : { problem: 'must be true or false' };

/** The problem never repeats the text: a URL may hold a password. */
export const parseUrl = (text: string, protocols: readonly string[]): Parsed<string> => {
  if (!URL.canParse(text)) return { problem: 'must be a URL' };
  const { protocol } = new URL(text);
  return protocols.includes(protocol) ? { value: text } : { problem: `must start with ${protocols.join(' or ')}` };
};

export const parseList = (text: string): Parsed<readonly string[]> => ({
  value: text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
});

export const parseSecret = (text: string, minLength = SECRET_MIN_LENGTH): Parsed<string> => {
  if (text.length < minLength) return { problem: `must have at least ${minLength} characters` };
  if (DEFAULT_SECRETS.test(text)) return { problem: 'is a well-known default value' };
  if (new Set(text).size < SECRET_MIN_DISTINCT_CHARACTERS) return { problem: 'repeats too few different characters' };
  return { value: text };
};
