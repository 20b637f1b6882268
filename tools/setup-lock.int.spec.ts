import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdSetupLock } from './setup-lock.mjs';

const HOUR_MS = 3_600_000;
const root = `${mkdtempSync(join(tmpdir(), 'verbatim-lock-'))}/`;
const lock = join(root, '.setup.lock');
const silent = (): void => undefined;

afterEach(() => rmSync(lock, { force: true }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('holding the set-up lock', () => {
  it('keeps a second set-up waiting until the first has ended', async () => {
    const order: string[] = [];
    const release = await holdSetupLock(root, silent);
    const { promise: told, resolve: tell } = Promise.withResolvers<string>();
    const second = holdSetupLock(root, tell).then((releaseSecond) => {
      order.push('second');
      releaseSecond();
    });
    expect(await told).toContain(String(process.pid));
    order.push('first');
    release();
    await second;
    expect(order).toEqual(['first', 'second']);
    expect(existsSync(lock)).toBe(false);
  });

  it('takes over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(lock, JSON.stringify({ pid, host: hostname() }));
    const release = await holdSetupLock(root, () => {
      throw new Error('waited for a process that is gone');
    });
    release();
  });

  it('takes over a lock that is older than any set-up lasts', async () => {
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere' }));
    utimesSync(lock, new Date(), new Date(Date.now() - HOUR_MS));
    const release = await holdSetupLock(root, () => {
      throw new Error('waited for a lock an hour old');
    });
    release();
  });
});
