import type { AccountRecord } from '@verbatim/identity';
import { OperatorError } from '@verbatim/platform';

/** The fields of a record, all texts, and whether each has to be there. */
const FIELDS: ReadonlyMap<string, boolean> = new Map([
  ['userName', true],
  ['passwordHash', true],
  ['displayName', false],
  ['role', false],
]);

/** One JSON object a line: `{"userName", "passwordHash", "displayName"?, "role"?}`. @throws OperatorError naming the line */
export const parseAccountLine = (line: string, lineNumber: number): AccountRecord => {
  const record = parsed(line, lineNumber);
  const unknown = Object.keys(record).find((field) => !FIELDS.has(field));
  if (unknown !== undefined)
    throw new OperatorError(`line ${lineNumber}: there is no field ${JSON.stringify(unknown)}`);
  for (const [field, isRequired] of FIELDS) {
    const value = record[field];
    if (typeof value !== 'string' && (isRequired || value !== undefined))
      throw new OperatorError(`line ${lineNumber}: ${field} has to be a text`);
  }
  return record as unknown as AccountRecord;
};

const parsed = (line: string, lineNumber: number): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, without the line: it holds a password hash.
  }
  throw new OperatorError(`line ${lineNumber}: not a JSON object`);
};
