const REDACTED = '[redacted]';
/** Compared with the key in lower case without `-` and `_`; whole words of a key, or its end. */
const SECRET_KEY =
  /(token|password|passphrase|secret|authorization|cookie|body|content|text|privatekey|passwordhash|displayname)$/;
const DEPTH_MAX = 5;
const STRING_MAX_CHARACTERS = 2_000;
const ENTRIES_MAX = 50;

/** A copy of log fields without secrets and content, bounded in depth, entries and length of texts. */
export const redacted = (fields: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> =>
  fields === undefined ? {} : (redactedObject(fields, 0) as Record<string, unknown>);

const redactedObject = (value: object, depth: number): object => {
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value).slice(0, ENTRIES_MAX)) {
    copy[key] = isSecretKey(key) ? REDACTED : redactedValue(entry, depth + 1);
  }
  return copy;
};

const isSecretKey = (key: string): boolean => SECRET_KEY.test(key.toLowerCase().replaceAll(/[-_]/g, ''));

const redactedValue = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH_MAX) return '[deep]';
  if (value instanceof Error) return redactedError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map((entry) => redactedValue(entry, depth + 1));
  return redactedObject(value, depth);
};

const redactedError = (error: Error, depth: number): object => {
  const code: unknown = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: cut(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: cut(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redactedValue(error.cause, depth + 1) }),
  };
};

const cut = (text: string): string =>
  text.length <= STRING_MAX_CHARACTERS ? text : `${text.slice(0, STRING_MAX_CHARACTERS)}… (${text.length} characters)`;
