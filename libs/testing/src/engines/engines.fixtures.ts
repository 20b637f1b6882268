import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningEngine } from './running-engine.js';

export type Folder = { readonly path: string; readonly remove: () => void };

export const makeFolder = (): Folder => {
  const path = mkdtempSync(join(tmpdir(), 'verbatim-engines-spec-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** Rejects where nobody listens. */
export const connection = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {}); // 'close' follows
  return socket;
};

/** Resolves when a folder is gone; its parent is watched. */
export const gone = async (parent: string, path: string, maxMs: number): Promise<void> => {
  const changes = watch(parent, { signal: AbortSignal.timeout(maxMs) });
  if (!existsSync(path)) return;
  for await (const _ of changes) if (!existsSync(path)) return;
};

/** One command of Redis, and the first line of its answer. */
export const redisCommand = async (at: Pick<RunningEngine, 'port'>, command: string): Promise<string> => {
  const socket = await connection(at.port);
  socket.write(`${command}\r\n`);
  try {
    const [chunk] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
    return chunk.trimEnd();
  } finally {
    socket.destroy();
  }
};

/** With some variables of the environment set otherwise; undefined removes one. Put back afterwards. */
export const withEnvironment = <Result>(
  changes: Readonly<Record<string, string | undefined>>,
  run: () => Result,
): Result => {
  const before = Object.keys(changes).map((name) => [name, process.env[name]] as const);
  const apply = (entries: Iterable<readonly [string, string | undefined]>): void => {
    for (const [name, value] of entries) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  apply(Object.entries(changes));
  try {
    return run();
  } finally {
    apply(before);
  }
};
