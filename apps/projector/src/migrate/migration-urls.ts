import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { OperatorError } from '@verbatim/platform';
import { STATE_URL_PROTOCOLS } from '@verbatim/state';

const fileOf = (url: string): string | null => /^sqlite:(.+)$/.exec(url)?.[1] ?? null;
const isSamePlace = (one: string, other: string): boolean => {
  const [file, otherFile] = [fileOf(one), fileOf(other)];
  return file === null || otherFile === null ? one === other : resolve(file) === resolve(otherFile);
};
const isDurableState = (url: string): boolean =>
  url !== 'memory:' && STATE_URL_PROTOCOLS.some((protocol) => url.startsWith(protocol) && url.length > protocol.length);

/** The file of the log that is to be copied. @throws OperatorError */
export const logFileOf = (from: string): string => {
  const file = fileOf(from);
  if (file !== null && existsSync(file)) return file;
  throw new OperatorError(
    file === null
      ? 'the log to be copied has to be sqlite:<file>: set EVENT_STORE_URL or DATA_DIR, or give it as --from'
      : `there is no event log at ${file}: set DATA_DIR, or give it as --from sqlite:<file>`,
  );
};

/** `to` is null where State stays where it is. */
export type StateRoute = { readonly from: string; readonly to: string | null };

/**
 * Whether State goes along. A file serves one process only, so whoever leaves State in one has to say so: several processes would
 * start without any account.
 * @throws OperatorError
 */
export const stateRouteOf = (from: string, to: string | null): StateRoute => {
  if (!isDurableState(from)) throw new OperatorError('there is no State to go with the log: set STATE_URL or DATA_DIR');
  const file = fileOf(from);
  // A wrong folder would look like a platform without accounts, and its reactors would begin anew.
  if (file !== null && !existsSync(file))
    throw new OperatorError(
      `there is no ${file}: set STATE_URL to the accounts and checkpoints of this log, or give it as --state-from`,
    );
  if (to === null && file !== null)
    throw new OperatorError(
      `State is in a file, which one process only can use: give its new place as --state mongodb://<host>/<database>, or --state sqlite:${file} if it stays there`,
    );
  // The text is not repeated: it may hold a password.
  if (to !== null && !isDurableState(to))
    throw new OperatorError('--state has to be mongodb://<host>/<database>, or sqlite:<file>');
  return { from, to: to === null || isSamePlace(from, to) ? null : to };
};
