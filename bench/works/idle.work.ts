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
/** Well within the 60 s after which a silent connection counts as gone. */
const HEARTBEAT_INTERVAL_MS = 20_000;

type Peer = {
  readonly pid: number;
  readonly connect: (index: number) => Promise<FrameSocket>;
  readonly heartbeat: (socket: FrameSocket) => Promise<unknown>;
};
type IdleStep = {
  readonly connections: number;
  readonly connectsPerSecond: number;
  /** KiB of one connection, just connected and at rest: the process less the empty one, divided by their number. */
  readonly kibAtOnce: number;
  readonly kibAtRest: number;
  /** KiB of each that this step has more than the one before, both at rest: the empty process is not in it. */
  readonly kibOfOneMore: number;
};

const open = async (from: number, to: number, { connect }: Peer): Promise<readonly FrameSocket[]> =>
  mapSome(
    Array.from({ length: to - from }, (_, index) => from + index),
    connect,
  );

const rest = async (sockets: readonly FrameSocket[], { heartbeat }: Peer, restMs: number): Promise<void> => {
  for (let restedMs = 0; restedMs < restMs; restedMs += HEARTBEAT_INTERVAL_MS) {
    await mapSome(sockets, heartbeat);
    await pause(Math.min(HEARTBEAT_INTERVAL_MS, restMs - restedMs));
  }
};

/**
 * The process without connections, KiB: the least it was before it had served any and after it had served and lost as many as the
 * first step has, so that what a busy start had not given back yet is not taken off the cost of connections.
 */
const weighEmpty = async (peer: Peer, { idleConnections, restMs, settleMs }: Plan): Promise<number> => {
  await pause(settleMs);
  const newKib = proportionalKibOf(peer.pid);
  closeAll(await open(0, idleConnections[0] ?? 0, peer));
  await pause(restMs);
  return Math.min(newKib, proportionalKibOf(peer.pid));
};

/** Opens connections step by step and weighs the process after each, at once and at rest. */
const weigh = async (peer: Peer, plan: Plan, say: (text: string) => void): Promise<readonly IdleStep[]> => {
  say('at rest without connections');
  const emptyKib = await weighEmpty(peer, plan);
  const kibOfOne = (connections: number): number => (proportionalKibOf(peer.pid) - emptyKib) / connections;
  const sockets: FrameSocket[] = [];
  let kibBefore = emptyKib;
  const measured: IdleStep[] = [];
  for (const connections of plan.idleConnections) {
    say(`up to ${connections} connections`);
    const startedAtMs = performance.now();
    const opened = await open(sockets.length, connections, peer);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    sockets.push(...opened);
    await pause(plan.settleMs);
    const kibAtOnce = kibOfOne(connections);
    say(`${connections} connections at rest`);
    await rest(sockets, peer, plan.restMs);
    const restKib = proportionalKibOf(peer.pid);
    measured.push({
      connections,
      connectsPerSecond: opened.length / seconds,
      kibAtOnce,
      kibAtRest: (restKib - emptyKib) / connections,
      kibOfOneMore: (restKib - kibBefore) / opened.length,
    });
    kibBefore = restKib;
  }
  closeAll(sockets);
  return measured;
};

const boundsAt = (connections: number, bound: Bound): { readonly bounds?: readonly Bound[] } =>
  connections === TARGET_CONNECTIONS ? { bounds: [bound] } : {};

const figuresOf = (server: IdleStep, relay: IdleStep | undefined): readonly Figure[] => {
  const { connections, kibAtOnce, kibAtRest, kibOfOneMore, connectsPerSecond } = server;
  const against = (value: number | undefined) => (value === undefined ? {} : { baseline: { name: 'bare ws', value } });
  return [
    {
      name: `${connections} idle: memory of one, just connected`,
      unit: 'KiB',
      value: kibAtOnce,
      ...against(relay?.kibAtOnce),
    },
    {
      name: `${connections} idle: memory of one, at rest`,
      unit: 'KiB',
      value: kibAtRest,
      ...against(relay?.kibAtRest),
    },
    {
      name: `${connections} idle: memory of one more, at rest`,
      unit: 'KiB',
      value: kibOfOneMore,
      ...against(relay?.kibOfOneMore),
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
    weigh({ pid, connect: () => connectRelay(port), heartbeat: () => Promise.resolve() }, plan, (text) =>
      progress.say(`W3 relay: ${text}`),
    ),
  );
  const accountCount = Math.max(...plan.idleConnections);
  const ofServer = await withServer(bench, { name: 'w3', accountCount }, (server, accounts) => {
    const accountAt = (index: number) => accounts[index] as (typeof accounts)[number];
    const connect = (index: number): Promise<FrameSocket> => connectAccount(server.url, accountAt(index));
    const heartbeat = (socket: FrameSocket): Promise<unknown> => socket.request('ping', {});
    return weigh({ pid: server.pid, connect, heartbeat }, plan, (text) => progress.say(`W3 server: ${text}`));
  });
  return {
    title: 'W3 idle: authenticated connections that do nothing, each of an account of its own',
    figures: ofServer.flatMap((step, index) => figuresOf(step, ofRelay[index])),
    notes: [
      'memory: proportional set size of the process, less that of the same process without connections',
      'one more: against the step before, at rest too. The engine gives memory back in its own time, so that the empty process may be larger',
      `at rest: after ${plan.restMs / 1_000} s of doing nothing but heartbeats`,
    ],
  };
};
