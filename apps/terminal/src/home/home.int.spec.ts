import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileOutboxStore, fileSyncStore, fileTokenStore } from './file-stores.js';
import { takeInstanceLock } from './instance-lock.js';
import { StateFolder } from './state-folder.js';

const tokens = {
  userId: 'u',
  deviceId: 'd',
  accessToken: 'a',
  accessTokenExpiresAt: '2026-01-01T00:00:00.000Z',
  refreshToken: 'r',
};
const item = (clientMsgId: string) => ({ clientMsgId, senderId: 'u', conversationId: 'c', body: 'b', queuedAtMs: 0 });

let home: string;
let folder: StateFolder;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'verbatim-home-'));
  folder = new StateFolder(home, 'ada');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('the state of an account', () => {
  it('is for its owner alone', async () => {
    await fileTokenStore(folder, 'http://127.0.0.1:1').save(tokens);
    await fileOutboxStore(folder).put(item('1'));
    expect(modeOf(folder.path)).toBe('700');
    expect(readdirSync(folder.path).map((name) => [name, modeOf(folder.file(name))])).toEqual([
      ['outbox.json', '600'],
      ['session.json', '600'],
    ]);
  });

  it('is as good as none when a file is damaged', async () => {
    writeFileSync(folder.file('session.json'), '{"host');
    expect(await fileTokenStore(folder, 'http://127.0.0.1:1').load()).toBeUndefined();
  });
});

describe('the session', () => {
  it('is kept for the host that gave it, on whatever port', async () => {
    await fileTokenStore(folder, 'http://127.0.0.1:1').save(tokens);
    expect(await fileTokenStore(folder, 'http://127.0.0.1:2').load()).toEqual(tokens);
  });

  it('is not shown to another host', async () => {
    await fileTokenStore(folder, 'https://chat.example.org').save(tokens);
    expect(await fileTokenStore(folder, 'https://evil.example.org').load()).toBeUndefined();
  });
});

describe('the outbox', () => {
  it('holds over a restart what was not removed, in order', async () => {
    const first = fileOutboxStore(folder);
    for (const id of ['1', '2', '3']) await first.put(item(id));
    await first.remove('2');
    const again = await fileOutboxStore(folder).load();
    expect(again.map(({ clientMsgId }) => clientMsgId)).toEqual(['1', '3']);
  });
});

describe('the progress', () => {
  it('is stored when the lines up to it are shown, not before', async () => {
    let show: () => void = () => undefined;
    const shown = new Promise<void>((resolve) => {
      show = resolve;
    });
    const store = fileSyncStore(folder, () => shown);
    const state = { userId: 'u', cursor: '7', conversations: {} };
    const saving = store.save(state);
    expect(await store.load()).toBeUndefined();
    show();
    await saving;
    expect(await store.load()).toEqual(state);
  });
});

describe('a second terminal of the same account', () => {
  it('is told who holds it', () => {
    writeFileSync(folder.file('running.pid'), String(process.ppid));
    expect(takeInstanceLock(folder)).toBe(process.ppid);
  });

  it('may go on when the holder is gone', () => {
    // Above the highest pid that Linux gives.
    writeFileSync(folder.file('running.pid'), '4194305');
    expect(takeInstanceLock(folder)).toBeUndefined();
  });
});
