import { randomBytes } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperatorError } from '@verbatim/platform';

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Reads the key that signs cursors, or makes one (mode 0600) at the first start on a development machine. */
export const readOrMakeCursorKey = async (file: string): Promise<Buffer> => {
  const mode = await modeOf(file);
  if (mode === null) {
    await make(file);
    return readOrMakeCursorKey(file);
  }
  if ((mode & OTHERS) !== 0) {
    throw new OperatorError(`${file} can be read by other users of this machine: run chmod 600 ${file}`);
  }
  const key = Buffer.from(await readFile(file, 'utf8'), 'base64url');
  if (key.length < KEY_BYTES) {
    throw new OperatorError(`${file} holds no usable key: delete it to have a new one made (clients then resync once)`);
  }
  return key;
};

const modeOf = async (file: string): Promise<number | null> => {
  try {
    return (await stat(file)).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** Written whole beside it and then linked: a process that is killed meanwhile leaves no half a key, and of two that start one wins. */
const make = async (file: string): Promise<void> => {
  const draft = join(dirname(file), `.${basename(file)}-${randomBytes(8).toString('hex')}`);
  const handle = await open(draft, 'wx', OWNER_ONLY);
  try {
    await handle.writeFile(randomBytes(KEY_BYTES).toString('base64url'));
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
};
