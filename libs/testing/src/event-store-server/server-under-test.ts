import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FaultRequest } from './faults/fault-door.js';

const MAIN = fileURLToPath(new URL('../../dist/event-store-server/main.js', import.meta.url));
const START_MAX_MS = 30_000;

export type EventStoreServerLaunch = {
  readonly directory: string;
  /** 0 or absent: a free one; a restart keeps it. */
  readonly port?: number;
  /** More arguments of its `main.ts`. */
  readonly args?: readonly string[];
};

/** The protocol server as a process of its own. */
export type EventStoreServerProcess = {
  readonly url: string;
  readonly port: number;
  /** Sets faults, or breaks something now. */
  readonly fault: (request: FaultRequest) => Promise<void>;
  /** SIGKILL; nothing of it runs any more when this resolves. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly gone: Promise<void>;
  /** The same port and data again, after it is gone. */
  readonly restart: () => Promise<EventStoreServerProcess>;
  readonly pause: () => void;
  readonly resume: () => void;
};

type Addresses = { readonly url: string; readonly faultsUrl: string };

const addressesOf = (child: ChildProcess, errorOutput: () => string): Promise<Addresses> =>
  new Promise((resolve, reject) => {
    let url = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MAX_MS);
    child.once('exit', (code) => reject(new Error(`the protocol server ended with ${code}: ${errorOutput()}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const [word, value = ''] = line.split(' ');
      if (word === 'ready') url = value;
      if (word !== 'faults') return;
      clearTimeout(timer);
      resolve({ url, faultsUrl: value });
    });
  });

/** @throws Error with what it said, when it does not start */
export const launchEventStoreServer = async (launch: EventStoreServerLaunch): Promise<EventStoreServerProcess> => {
  const args = [MAIN, '--port', `${launch.port ?? 0}`, '--directory', launch.directory, ...(launch.args ?? [])];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errorText = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errorText += text));
  const gone = once(child, 'close').then(() => {});
  const { url, faultsUrl } = await addressesOf(child, () => errorText);
  const port = Number(/:(\d+)/.exec(url)?.[1]);
  const end = (signal: NodeJS.Signals) => (): Promise<void> => {
    child.kill(signal);
    return gone;
  };
  return {
    url,
    port,
    gone,
    kill: end('SIGKILL'),
    stop: end('SIGTERM'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    restart: () => launchEventStoreServer({ ...launch, port }),
    fault: async (request) => {
      const response = await fetch(faultsUrl, { method: 'POST', body: JSON.stringify(request) });
      if (!response.ok) throw new Error(await response.text());
    },
  };
};
