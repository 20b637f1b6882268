import { DamagedLogError, ForeignLogError, LogFailedError } from '../errors.js';
import type { Position } from '../event-store.js';
import type { WriterError } from './log-messages.js';
import { asLogError } from './log-schema.js';

/** Prepares an error for its way to the main thread, where classes do not arrive. */
export const toWriterError = (cause: unknown): WriterError => {
  const error = asLogError(cause);
  if (error instanceof DamagedLogError)
    return { name: 'DamagedLogError', message: error.reason, position: error.position?.toString() ?? null };
  const name = error instanceof ForeignLogError ? 'ForeignLogError' : 'LogFailedError';
  return { name, message: error.message, position: null };
};

export const fromWriterError = ({ name, message, position }: WriterError): Error => {
  if (name === 'DamagedLogError')
    return new DamagedLogError(position === null ? null : (BigInt(position) as Position), message);
  return name === 'ForeignLogError' ? new ForeignLogError(message) : new LogFailedError(failed(message));
};

const failed = (message: string): string =>
  `the disk of the event log failed: ${message}; start again when it is sound`;
