import { checkAgainstMarker, readHead } from './log-head.js';
import { HeadMarker, readMarker } from './head-marker.js';
import { lockLog } from './log-lock.js';
import { checkpoint, openForWriting, raiseEpoch, readIdentity } from './log-schema.js';
import { verifySqliteLog, type VerifiedLog, type VerifyOptions } from './verify-sqlite-log.js';

/** `markerWas`: what became of the head marker that lay beside the log. */
export type BegunEpoch = VerifiedLog & { readonly markerWas: 'read' | 'absent' | 'unreadable' };

/**
 * Takes a log that was restored from a backup as the truth from now on: checks all of it, gives it a new epoch, so that every
 * cursor of before is known as such, and writes its head marker. A marker that is missing or unreadable is made anew: then
 * nobody can tell whether the end of the log was lost. Repeatable after a crash.
 * @returns the identity with its new epoch
 * @throws LogInUseError, ForeignLogError, DamagedLogError also when the marker names more than the log has
 */
export const beginEpoch = async (
  file: string,
  { onProgress }: Pick<VerifyOptions, 'onProgress'> = {},
): Promise<BegunEpoch> => {
  const lock = lockLog(file);
  try {
    const markerWas = readMarker(file).kind;
    const verified = await verifySqliteLog(file, {
      withoutMarker: markerWas !== 'read',
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    return { ...verified, markerWas, identity: writeEpoch(file) };
  } finally {
    lock.release();
  }
};

const writeEpoch = (file: string): VerifiedLog['identity'] => {
  const marker = readMarker(file);
  const db = openForWriting(file);
  try {
    const counter = checkAgainstMarker(db, marker, readIdentity(db), marker.kind !== 'read');
    const identity = raiseEpoch(db);
    new HeadMarker(file, identity.logId, readHead(db), counter).close();
    checkpoint(db, 'TRUNCATE');
    return identity;
  } finally {
    db.close();
  }
};
