import { randomBytes } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { OperatorError } from '@verbatim/platform';

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Reads the key that signs cursors, or makes one (mode 0600) at the first start on a development machine. */
export const readOrMakeCursorKey = async (file: string): Promise<Buffer> => {
  try {
    const handle = await open(file, 'wx', OWNER_ONLY);
    const key = randomBytes(KEY_BYTES);
    await handle.writeFile(key.toString('base64url'));
    await handle.sync();
    await handle.close();
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const { mode } = await stat(file);
  if ((mode & OTHERS) !== 0) {
    throw new OperatorError(`${file} can be read by other users of this machine: run chmod 600 ${file}`);
  }
  const key = Buffer.from(await readFile(file, 'utf8'), 'base64url');
  if (key.length < KEY_BYTES) {
    throw new OperatorError(`${file} holds no usable key: delete it to have a new one made (clients then resync once)`);
  }
  return key;
};
