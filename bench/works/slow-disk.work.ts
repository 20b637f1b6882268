import { spawnSync } from 'node:child_process';
import { closeAll } from '../load/connections.js';
import { afterLoad, serverPairs } from '../load/conversations.js';
import { faultsOf, type Pace } from '../load/load-options.js';
import { measureServer, type MeasuredLoad } from '../load/measured-load.js';
import type { Section } from '../report/figure.js';
import { withServer, type Bench } from './bench.js';

const DELAY_MICROSECONDS = 5_000;
const K10: Pace = { kind: 'window', outstanding: 10 };
const RATE: Pace = { kind: 'rate', perSecond: 500 };

/** Only the two calls stop the server for the tracer, so that the rest runs at its own speed. */
const SLOW_DISK = [
  ...['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync'],
  ...['-e', `inject=fsync,fdatasync:delay_exit=${DELAY_MICROSECONDS}`],
];

const sectionOf = (k10: MeasuredLoad, rate: MeasuredLoad): Section => ({
  title: 'T10 slow disk: every fsync takes 5 ms more',
  figures: [
    {
      name: 'k=10: delivered',
      unit: '/s',
      value: k10.deliveredPerSecond,
      bounds: [{ target: 'T10', of: 'value', limit: 'at-least', must: 12_000 }],
    },
    { name: 'k=10: p50 from send to receipt', unit: 'ms', value: k10.latencyMs.p50 },
    {
      name: '500/s: p50 from send to receipt',
      unit: 'ms',
      value: rate.latencyMs.p50,
      bounds: [{ target: 'T10', of: 'value', limit: 'at-most', must: 13 }],
    },
    { name: '500/s: p99 from send to receipt', unit: 'ms', value: rate.latencyMs.p99 },
  ],
  notes: ['the tracer that delays the calls takes time of the same core, so the processor figures of W1 do not apply'],
});

/** T10: a slow disk. Null where `strace` is missing. */
export const slowDisk = async (bench: Bench): Promise<Section | null> => {
  if (spawnSync('strace', ['--version']).status !== 0) return null;
  const { pairs, slowDiskMs, messagesMax } = bench.plan;
  return withServer(bench, { name: 't10', accountCount: pairs * 2, wrapper: SLOW_DISK }, async (server, accounts) => {
    const load = { system: 'server', durationMs: slowDiskMs, messagesMax } as const;
    const conversations = await serverPairs([server.url], accounts);
    bench.progress.say('T10 k=10');
    const k10 = await measureServer(server, { ...load, conversations, pace: K10 });
    bench.progress.say('T10 500/s');
    const rate = await measureServer(server, { ...load, conversations: await afterLoad(conversations), pace: RATE });
    bench.faults.push(...faultsOf('T10 k=10', k10.result), ...faultsOf('T10 500/s', rate.result));
    closeAll(conversations.flatMap(({ members }) => members));
    return sectionOf(k10, rate);
  });
};
