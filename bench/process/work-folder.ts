import { makeDataFolder, type DataFolder } from '@verbatim/testing/scenario';
import { atExit } from './clean-up.js';

/** A new empty folder that is gone when the work ends, or the bench. */
export const withFolder = async <Result>(purpose: string, work: (path: string) => Promise<Result>): Promise<Result> => {
  const folder: DataFolder = makeDataFolder(purpose);
  const forget = atExit(folder.remove);
  try {
    return await work(folder.path);
  } finally {
    forget();
    folder.remove();
  }
};
