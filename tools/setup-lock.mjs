/** One set-up at a time in a working copy: `npm start` and `npm test` begun together must not install twice. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 250;
/** An install on a slow line takes minutes; nothing sound holds the lock for longer than this. */
const STALE_AFTER_MS = 30 * 60_000;
const WAIT_MAX_MS = 35 * 60_000;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const readOwner = (path) => {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, ageMs: Date.now() - statSync(path).mtimeMs, ...JSON.parse(text || '{}') };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { text: '', ageMs: 0 };
    throw error;
  }
};

const isStale = ({ ageMs, pid, host }) =>
  ageMs > STALE_AFTER_MS || (host === hostname() && Number.isInteger(pid) && !isAlive(pid));

/** Renames before it removes: of two processes that judge the same lock stale, one wins and the other looks again. */
const clearStale = (path, owner) => {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') === owner.text) rmSync(aside, { force: true });
  else renameSync(aside, path); // someone took it in between
};

const tryTake = (path) => {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

const SIGNALS = { SIGINT: 130, SIGTERM: 143 };

/** A set-up that is interrupted gives the lock back too. */
const releaseOf = (path) => {
  const onSignal = (signal) => {
    release();
    process.exit(SIGNALS[signal]);
  };
  const release = () => {
    for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
    rmSync(path, { force: true });
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  return release;
};

/**
 * Resolves when this process holds the lock file, with the function that gives it back.
 * @param {string} path its folder is made where there is none
 * @param {(owner: number | 'unknown') => void} tell is called once, with the process that has to be waited for
 */
export const holdLock = async (path, tell) => {
  const giveUpAtMs = Date.now() + WAIT_MAX_MS;
  let told = false;
  mkdirSync(dirname(path), { recursive: true });
  while (!tryTake(path)) {
    const owner = readOwner(path);
    if (owner === undefined) continue;
    if (isStale(owner)) {
      clearStale(path, owner);
      continue;
    }
    if (Date.now() > giveUpAtMs) throw new Error(`another process holds ${path}; delete that file if none is running`);
    if (!told) tell(owner.pid ?? 'unknown');
    told = true;
    await delay(POLL_MS);
  }
  return releaseOf(path);
};

/**
 * @param {string} root the workspace's folder, with a final slash
 * @param {(message: string) => void} tell is called once if another set-up has to be waited for
 */
export const holdSetupLock = (root, tell) =>
  holdLock(`${root}.setup.lock`, (pid) => tell(`waiting for another set-up to end (process ${pid})`));
