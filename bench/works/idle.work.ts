import { setTimeout as pause } from 'node:timers/promises';
import { startRelay } from '../baseline/relay-process.js';
import { closeAll, connectAccount, connectRelay, mapSome } from '../load/connections.js';
import type { Plan } from '../plan.js';
import { whileRunning } from '../process/while-running.js';
import { proportionalKibOf } from '../process/process-figures.js';
import type { Bound, Figure, Section } from '../report/figure.js';
import type { FrameSocket } from '../socket/frame-socket.js';
import { withServer, type Bench } from './bench.js';

/** The size that T5 speaks of. */
const TARGET_CONNECTIONS = 5_000;
const WARM_UP_CONNECTIONS = 200;

type Connect = (index: number) => Promise<FrameSocket>;
type IdleStep = {
  readonly connections: number;
  readonly kibPerConnection: number;
  readonly connectsPerSecond: number;
};

const open = async (from: number, to: number, connect: Connect): Promise<readonly FrameSocket[]> =>
  mapSome(
    Array.from({ length: to - from }, (_, index) => from + index),
    connect,
  );

/** Opens connections step by step and weighs the process after each. */
const weigh = async (
  pid: number,
  { idleConnections: steps, settleMs }: Plan,
  connect: Connect,
  say: (text: string) => void,
): Promise<readonly IdleStep[]> => {
  closeAll(await open(0, Math.min(WARM_UP_CONNECTIONS, steps[0] ?? 0), connect));
  await pause(settleMs);
  const emptyKib = proportionalKibOf(pid);
  const sockets: FrameSocket[] = [];
  const measured: IdleStep[] = [];
  for (const connections of steps) {
    say(`up to ${connections} connections`);
    const startedAtMs = performance.now();
    const opened = await open(sockets.length, connections, connect);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    sockets.push(...opened);
    await pause(settleMs);
    const kibPerConnection = (proportionalKibOf(pid) - emptyKib) / connections;
    measured.push({ connections, kibPerConnection, connectsPerSecond: opened.length / seconds });
  }
  closeAll(sockets);
  return measured;
};

const boundsAt = (connections: number, bound: Bound): { readonly bounds?: readonly Bound[] } =>
  connections === TARGET_CONNECTIONS ? { bounds: [bound] } : {};

const figuresOf = (server: IdleStep, relay: IdleStep | undefined): readonly Figure[] => {
  const { connections, kibPerConnection, connectsPerSecond } = server;
  const against = (value: number | undefined) => (value === undefined ? {} : { baseline: { name: 'bare ws', value } });
  return [
    {
      name: `${connections} idle: memory of one connection`,
      unit: 'KiB',
      value: kibPerConnection,
      ...against(relay?.kibPerConnection),
      ...boundsAt(connections, { target: 'T5', of: 'value', limit: 'at-most', must: 17, aim: 12 }),
    },
    {
      name: `${connections} idle: connected and authenticated`,
      unit: '/s',
      value: connectsPerSecond,
      ...against(relay?.connectsPerSecond),
      ...boundsAt(connections, { target: 'T5', of: 'value', limit: 'at-least', must: 1_000 }),
    },
  ];
};

/** W3: connections that do nothing. Shows T5; the relay's have no account behind them. */
export const idle = async (bench: Bench): Promise<Section> => {
  const { plan, cores, progress } = bench;
  const ofRelay = await whileRunning(await startRelay(cores), ({ pid, port }) =>
    weigh(
      pid,
      plan,
      () => connectRelay(port),
      (text) => progress.say(`W3 relay: ${text}`),
    ),
  );
  const accountCount = Math.max(...plan.idleConnections);
  const ofServer = await withServer(bench, { name: 'w3', accountCount }, (server, accounts) =>
    weigh(
      server.pid,
      plan,
      (index) => connectAccount(server.url, accounts[index] as (typeof accounts)[number]),
      (text) => progress.say(`W3 server: ${text}`),
    ),
  );
  return {
    title: 'W3 idle: authenticated connections that do nothing, each of an account of its own',
    figures: ofServer.flatMap((step, index) => figuresOf(step, ofRelay[index])),
    notes: ['memory: proportional set size of the process, less that of the same process without connections'],
  };
};
