import { DamagedReadModelsError, ForeignReadModelsError, OtherLogReadModelsError } from '../errors.js';
import type { FileProblemKind } from './read-models-file.js';

/** What is wrong with a file, in the words of who runs the server. */
export const fileProblemError = (file: string, kind: FileProblemKind, detail: string): Error => {
  if (kind === 'foreign') return new ForeignReadModelsError(file);
  return kind === 'other-log' ? new OtherLogReadModelsError(file) : new DamagedReadModelsError(file, detail);
};

/** What SQLite says of a file that it cannot read; null for any other error. */
export const fileProblemOfCode = (file: string, code: unknown): Error | null => {
  if (code === 'SQLITE_NOTADB') return fileProblemError(file, 'foreign', code);
  if (typeof code === 'string' && code.startsWith('SQLITE_CORRUPT')) return fileProblemError(file, 'damaged', code);
  return null;
};
