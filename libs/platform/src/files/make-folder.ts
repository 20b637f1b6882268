import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Makes a folder, and those above it that are missing. Node's own `recursive` tries for ever where a file system answers
 * ENOENT below a folder that exists, as `/proc` does.
 * @throws the error of the system: EACCES, ENOENT, ENOTDIR, EEXIST (a file of that name), EROFS
 */
export const makeFolder = (path: string, mode = 0o777): void => {
  const folder = resolve(path);
  if (isFolder(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder), mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!isFolder(folder)) throw error; // another process may have been faster
  }
};
