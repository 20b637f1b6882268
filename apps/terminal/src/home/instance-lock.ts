import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { StateFolder } from './state-folder.js';

const LOCK = 'running.pid';
const FILE_MODE = 0o600;

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const holder = (path: string): number => {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return Number.NaN;
  }
};

/**
 * One terminal per account and machine: two would use the same refresh token, and the server ends the session of a
 * token that is used twice. Returns the pid that holds the account, or undefined when this process does now.
 */
export const takeInstanceLock = (folder: StateFolder): number | undefined => {
  const path = folder.file(LOCK);
  const pid = holder(path);
  if (Number.isInteger(pid) && pid > 0 && pid !== process.pid && runs(pid)) return pid;
  rmSync(path, { force: true });
  writeFileSync(path, String(process.pid), { flag: 'wx', mode: FILE_MODE });
  process.once('exit', () => rmSync(path, { force: true }));
  return undefined;
};
