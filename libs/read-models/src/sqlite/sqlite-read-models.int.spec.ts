import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { DamagedReadModelsError, ForeignReadModelsError, OtherLogReadModelsError } from '../errors.js';
import { foldInto } from '../fold-into.fixtures.js';
import { readModelStoreContract } from '../read-model-store.contract.js';
import { readModelsContract } from '../read-models.contract.js';
import { aConversationId, ada, aLog, aLogIdentity, bob } from '../recorded-log.fixtures.js';
import { openSqliteReadModelsToRebuild } from './open-to-rebuild.js';
import { openSqliteReadModels } from './sqlite-read-model-store.js';

const openEmpty = (log = aLogIdentity) => openSqliteReadModels({ file: 'memory:', log });
readModelStoreContract('SQLite', openEmpty);
readModelsContract('SQLite', openEmpty);

describe('the file of the read models', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'read-models-'));
    file = join(folder, 'read-models.db');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const { events } = aLog().direct(1, ada, bob).sent(1, ada);
  const filled = async (): Promise<void> => {
    const store = await openSqliteReadModels({ file, log: aLogIdentity });
    await foldInto(store, events);
    await store.close();
  };

  it('holds documents and checkpoints over a restart', async () => {
    await filled();
    const store = await openSqliteReadModels({ file, log: aLogIdentity });
    expect((await store.readModels.checkpoint('inbox-v1'))?.eventId).toBe(events.at(-1)?.eventId);
    expect(await store.readModels.inbox.entry(bob, aConversationId(1))).toMatchObject({ unread: 1 });
    expect(await store.readModels.waitUntil(['inbox-v1'], events[1]?.position as never, 0)).toBe(true);
    await store.close();
  });

  it('is not opened for another log or another epoch of the same one', async () => {
    await filled();
    for (const log of [
      { logId: 'another', epoch: 1 },
      { ...aLogIdentity, epoch: 2 },
    ])
      await expect(openSqliteReadModels({ file, log })).rejects.toThrow(OtherLogReadModelsError);
    await expect(openSqliteReadModels({ file, log: { logId: 'another', epoch: 1 } })).rejects.toThrow(
      'npm run rebuild',
    );
  });

  it('is made anew for a rebuild when it is of another log', async () => {
    await filled();
    const store = await openSqliteReadModelsToRebuild({ file, log: { logId: 'another', epoch: 1 } });
    expect(await store.readModels.checkpoint('inbox-v1')).toBeNull();
    await store.close();
  });

  it('is not touched when it is no database', async () => {
    await writeFile(file, 'a diary, and nothing for machines. '.repeat(40));
    await expect(openSqliteReadModels({ file, log: aLogIdentity })).rejects.toThrow(ForeignReadModelsError);
    await expect(openSqliteReadModelsToRebuild({ file, log: aLogIdentity })).rejects.toThrow(ForeignReadModelsError);
    expect(await readFile(file, 'utf8')).toContain('a diary');
  });

  it('is not touched when it is the database of another program', async () => {
    const other = new BetterSqlite(file);
    other.exec('CREATE TABLE recipes (name TEXT)');
    other.close();
    await expect(openSqliteReadModels({ file, log: aLogIdentity })).rejects.toThrow(ForeignReadModelsError);
    await expect(openSqliteReadModelsToRebuild({ file, log: aLogIdentity })).rejects.toThrow(ForeignReadModelsError);
    const again = new BetterSqlite(file);
    expect(again.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(1);
    again.close();
  });

  it('is refused with what to do when its pages are damaged', async () => {
    await filled();
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(400, 0xee), 0, 400, 100);
    await handle.close();
    await expect(openSqliteReadModels({ file, log: aLogIdentity })).rejects.toThrow(DamagedReadModelsError);
    const store = await openSqliteReadModelsToRebuild({ file, log: aLogIdentity });
    expect(await store.readModels.checkpoint('inbox-v1')).toBeNull();
    await store.close();
  });

  it('is refused with what to do when it has another layout', async () => {
    await filled();
    const database = new BetterSqlite(file);
    database.pragma('user_version = 99');
    database.close();
    await expect(openSqliteReadModels({ file, log: aLogIdentity })).rejects.toThrow('layout 99');
  });
});
