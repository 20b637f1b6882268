import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '@verbatim/platform';
import { type DataFolder, makeDataFolder } from '@verbatim/testing/scenario';
import { readOrMakeCursorKey } from './cursor-key.js';
import { prepareDataDirectory } from './data-directory.js';

const OWNER_ONLY = 0o600;

let folder: DataFolder;
beforeEach(() => {
  folder = makeDataFolder('directory');
});
afterEach(() => folder.remove());

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a data directory', () => {
  it('is made for its owner alone, with the folders above it', async () => {
    const path = join(folder.path, 'deep', 'data');
    await prepareDataDirectory(path);
    expect(await modeOf(path)).toBe(0o700);
  });

  it.each([
    ['nothing', []],
    ['what an earlier start made', ['events.db', 'events.db-wal', 'state.db', 'cursor-key', 'identity-key.json']],
    ['what file systems and operators put there', ['lost+found', '.gitkeep', '.cursor-key-0011']],
    ['an event log beside anything else', ['events.db', 'notes.txt']],
  ])('may hold %s', async (_, names) => {
    for (const name of names) await writeFile(join(folder.path, name), '');
    await expect(prepareDataDirectory(folder.path)).resolves.toBeUndefined();
  });

  it.each([['notes.txt'], ['events'], ['identity-key'], ['src']])(
    'may not be one of somebody else: %s',
    async (name) => {
      await mkdir(join(folder.path, name));
      await expect(prepareDataDirectory(folder.path)).rejects.toThrow(OperatorError);
      await expect(prepareDataDirectory(folder.path)).rejects.toThrow(name);
    },
  );

  it('may not be a file', async () => {
    const path = join(folder.path, 'data');
    await writeFile(path, '');
    await expect(prepareDataDirectory(path)).rejects.toThrow(/DATA_DIR .* cannot be written/);
  });
});

describe('the key that signs cursors', () => {
  it('is made once, for its owner alone, and read from then on', async () => {
    const file = join(folder.path, 'cursor-key');
    const key = await readOrMakeCursorKey(file);
    expect(key).toHaveLength(32);
    expect(await modeOf(file)).toBe(OWNER_ONLY);
    expect((await readOrMakeCursorKey(file)).equals(key)).toBe(true);
  });

  it('is one for all that start at once', async () => {
    const file = join(folder.path, 'cursor-key');
    const keys = await Promise.all(Array.from({ length: 8 }, () => readOrMakeCursorKey(file)));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    await expect(prepareDataDirectory(folder.path)).resolves.toBeUndefined();
  });

  it('is refused when others may read it', async () => {
    const file = join(folder.path, 'cursor-key');
    await readOrMakeCursorKey(file);
    await chmod(file, 0o640);
    await expect(readOrMakeCursorKey(file)).rejects.toThrow(/chmod 600/);
  });

  it('is refused when it is no key', async () => {
    const file = join(folder.path, 'cursor-key');
    await writeFile(file, 'short', { mode: OWNER_ONLY });
    await expect(readOrMakeCursorKey(file)).rejects.toThrow(OperatorError);
  });
});
