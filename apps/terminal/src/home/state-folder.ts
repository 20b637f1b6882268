import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The files of one account on this machine: one JSON value each, for its owner's eyes only, never half written. */
export class StateFolder {
  readonly path: string;

  constructor(home: string, userName: string) {
    this.path = join(home, userName);
    mkdirSync(this.path, { recursive: true, mode: FOLDER_MODE });
  }

  /** Undefined when there is no such file, or none that can be read: then the server is asked instead. */
  read(name: string): unknown {
    try {
      return JSON.parse(readFileSync(this.file(name), 'utf8'));
    } catch {
      return undefined;
    }
  }

  /** Replaces the file in one step. `durable` waits for the disk. */
  write(name: string, value: unknown, durable: boolean): void {
    const draft = this.file(`${name}.new`);
    rmSync(draft, { force: true });
    const descriptor = openSync(draft, 'wx', FILE_MODE);
    try {
      writeSync(descriptor, JSON.stringify(value));
      if (durable) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, this.file(name));
  }

  remove(name: string): void {
    rmSync(this.file(name), { force: true });
  }

  file(name: string): string {
    return join(this.path, name);
  }
}
