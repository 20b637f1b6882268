import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForeignStateError, StateFailedError, StateFullError, StateInUseError } from '../errors.js';
import { openStateStore } from '../open-state-store.js';
import { stateStoreContract } from '../state-store.contract.js';
import { openForWriting } from './state-file.js';

const folder = mkdtempSync(join(tmpdir(), 'verbatim-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}`, 'state.db');

stateStoreContract('sqlite', () => openStateStore(`sqlite:${newFile()}`));

describe('a state file', () => {
  it('keeps its documents over a restart', async () => {
    const url = `sqlite:${newFile()}`;
    const first = await openStateStore(url);
    await (await first.collection({ name: 'people' })).insert('ada', { name: 'Ada' });
    await first.close();
    const second = await openStateStore(url);
    const people = await second.collection({ name: 'people' });
    expect(await people.get('ada')).toEqual({ id: 'ada', version: 1, document: { name: 'Ada' } });
    await second.close();
  });

  it('holds every acknowledged write of a process that was killed', async () => {
    const file = newFile();
    const script = `
      const { openStateStore } = await import('@verbatim/state');
      const store = await openStateStore('sqlite:' + process.env.STATE_FILE);
      const people = await store.collection({ name: 'people' });
      for (let number = 0; number < 20; number += 1) await people.insert('p' + number, { name: 'Ada' });
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 20_000,
      env: { ...process.env, STATE_FILE: file },
    });
    expect({ signal: child.signal, stderr: child.stderr.toString() }).toEqual({ signal: 'SIGKILL', stderr: '' });
    const store = await openStateStore(`sqlite:${file}`);
    expect(await (await store.collection({ name: 'people' })).list('', { limit: 100 })).toHaveLength(20);
    await store.close();
  });

  it('is written with synchronous FULL, which the driver does not do by itself', () => {
    const db = openForWriting(newFile());
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
  });

  it('is readable by its owner alone', async () => {
    const file = newFile();
    const store = await openStateStore(`sqlite:${file}`);
    await store.collection({ name: 'people' });
    for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o077).toBe(0);
    await store.close();
  });

  it('belongs to one server at a time', async () => {
    const url = `sqlite:${newFile()}`;
    const first = await openStateStore(url);
    await expect(openStateStore(url)).rejects.toThrow(StateInUseError);
    await first.close();
    await (await openStateStore(url)).close();
  });

  it('is refused when it is something else', async () => {
    const text = newFile();
    await (await openStateStore(`sqlite:${text}`)).close();
    writeFileSync(text, 'not a database at all, whatever its name says'.repeat(10));
    await expect(openStateStore(`sqlite:${text}`)).rejects.toThrow(ForeignStateError);
  });

  it.each([
    ['another application', 'CREATE TABLE theirs (a)'],
    ['a later release', 'PRAGMA application_id = 1447187284; PRAGMA user_version = 99; CREATE TABLE state_x (id)'],
  ])('is refused when it is of %s', async (_, sql) => {
    const file = newFile();
    await (await openStateStore(`sqlite:${file}.made-folder`)).close();
    const db = new Database(file);
    db.exec(sql);
    db.close();
    await expect(openStateStore(`sqlite:${file}`)).rejects.toThrow(ForeignStateError);
  });
});

describe('a full disk', () => {
  it('refuses the write, keeps what is there and goes on reading', async () => {
    const file = newFile();
    const url = `sqlite:${file}`;
    const before = await openStateStore(url);
    await (await before.collection({ name: 'people' })).insert('ada', { name: 'Ada' });
    await before.close();
    const store = await openStateStore(url, { fileMaxBytes: statSync(file).size });
    const people = await store.collection({ name: 'people' });
    await expect(people.insert('eve', { name: 'x'.repeat(100_000) })).rejects.toThrow(StateFullError);
    expect(await people.get('eve')).toBeNull();
    expect(await people.replace('ada', { name: 'Ada L.' }, 1)).toBe(true);
    expect((await people.get('ada'))?.document).toEqual({ name: 'Ada L.' });
    await store.close();
  });
});

describe('a write whose outcome is unknown', () => {
  it('stops the store: nothing after it is answered as written', async () => {
    const file = newFile();
    const failures: Error[] = [];
    const store = await openStateStore(`sqlite:${file}`, { onFailure: (error) => failures.push(error) });
    const people = await store.collection({ name: 'people' });
    await people.insert('ada', { name: 'Ada' });
    const vandal = new Database(file);
    vandal.exec('DROP TABLE state_people');
    vandal.close();
    const writes = [people.insert('bob', { name: 'Bob' }), people.insert('eve', { name: 'Eve' })];
    for (const outcome of await Promise.allSettled(writes)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StateFailedError' } });
    }
    await expect(people.insert('joe', { name: 'Joe' })).rejects.toThrow(StateFailedError);
    expect(failures).toHaveLength(1);
    await store.close();
  });
});
