import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { OperatorError, makeFolder } from '@verbatim/platform';

/** Files that this program makes in its data directory; anything else beside no log means a foreign directory. */
const OWN_FILES = /^(events|read-models|state)\.db|^identity-key\.json|^cursor-key$|^lost\+found$|^\./;

/**
 * Makes the data directory (mode 0700) or checks that it is one of ours and writable.
 * @throws OperatorError with what to do
 */
export const prepareDataDirectory = async (directory: string): Promise<void> => {
  try {
    makeFolder(directory, 0o700);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw new OperatorError(`DATA_DIR ${directory} cannot be written (${code}): make it writable or name another one`);
  }
  const names = await readdir(directory);
  const foreign = names.find((name) => !OWN_FILES.test(name));
  if (foreign !== undefined && !names.includes('events.db')) {
    throw new OperatorError(
      `DATA_DIR ${directory} holds other things (${foreign}) and no event log: name an empty or new directory`,
    );
  }
};
