import type { VerifiedLog, VerifyOptions } from '../sqlite/verify-sqlite-log.js';
import { connectLog } from './open-event-store-db.js';
import { verifyEventStoreDb } from './verify-event-store-db.js';

/**
 * Takes a log on a server that was restored from a backup as the truth from now on: checks all of it and gives it a new epoch, so
 * that every cursor of before is known as such. No process may have it open: those that have would go on in the old epoch.
 * @returns the identity with its new epoch
 * @throws DamagedLogError, ForeignLogError when there is no log, UnfinishedMoveError
 */
export const beginEventStoreDbEpoch = async (
  url: string,
  options: Pick<VerifyOptions, 'onProgress'> = {},
): Promise<VerifiedLog> => {
  const verified = await verifyEventStoreDb(url, options);
  const identity = { ...verified.identity, epoch: verified.identity.epoch + 1 };
  const { identity: stream, shared } = await connectLog(url);
  try {
    await stream.write(identity);
    return { ...verified, identity };
  } finally {
    await shared.release();
  }
};
