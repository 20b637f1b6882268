import type { BenchArguments } from './arguments.js';

/** Bounds of every piece of work, in count and time. */
export type Plan = {
  readonly name: string;
  /** Server and baseline take turns so often; figures are medians. */
  readonly rounds: number;
  readonly pairs: number;
  /** One run in a closed loop. */
  readonly loadMs: number;
  /** One run at a fixed rate, for latency. */
  readonly rateMs: number;
  /** One closed loop ends after so many messages, whatever the time. */
  readonly messagesMax: number;
  readonly idleConnections: readonly number[];
  /** What a collection of garbage needs after the last connection, before the process is weighed. */
  readonly settleMs: number;
  /** How long connections do nothing before the process is weighed at rest: the engine gives memory back in its own time. */
  readonly restMs: number;
  readonly offlineMessages: number;
  readonly offlineTries: number;
  /** One run of appends of one size. */
  readonly appendMs: number;
  readonly replayEvents: number;
  /** Size of a small and of a large log and conversation. */
  readonly smallEvents: number;
  readonly grownEvents: number;
  readonly slowDiskMs: number;
  /** Of the form of several processes. */
  readonly gateways: number;
  readonly commandApis: number;
  /** Fewer pairs than `pairs`: what two cores cannot carry in time is refused, and a refusal ends a run as a fault. */
  readonly enginesPairs: number;
  /** What engines in a virtual machine need to be compiled. */
  readonly enginesWarmUpMs: number;
  /** The fixed rate at which hops are measured: well below what two cores carry of everything. */
  readonly enginesPerSecond: number;
};

const GROWN_EVENTS = 1_000_000;

const defaultPlan: Plan = {
  name: 'default',
  rounds: 3,
  pairs: 100,
  loadMs: 2_500,
  rateMs: 4_000,
  messagesMax: 400_000,
  idleConnections: [2_000, 5_000],
  settleMs: 2_000,
  restMs: 60_000,
  offlineMessages: 10_000,
  offlineTries: 200,
  appendMs: 500,
  replayEvents: 100_000,
  smallEvents: 1_000,
  grownEvents: 100_000,
  slowDiskMs: 4_000,
  gateways: 2,
  commandApis: 2,
  enginesPairs: 20,
  enginesWarmUpMs: 10_000,
  enginesPerSecond: 100,
};

const quickPlan: Plan = {
  ...defaultPlan,
  name: 'quick',
  rounds: 1,
  loadMs: 500,
  rateMs: 600,
  idleConnections: [300],
  settleMs: 500,
  restMs: 1_000,
  offlineMessages: 2_000,
  offlineTries: 50,
  appendMs: 100,
  replayEvents: 10_000,
  grownEvents: 10_000,
  slowDiskMs: 600,
  gateways: 1,
  commandApis: 1,
  enginesWarmUpMs: 3_000,
};

const longPlan: Plan = {
  ...defaultPlan,
  name: 'long',
  rounds: 5,
  loadMs: 5_000,
  rateMs: 10_000,
  idleConnections: [2_000, 5_000, 10_000],
  grownEvents: 10_000_000,
};

export const planOf = ({ size, isSelection }: Pick<BenchArguments, 'size' | 'isSelection'>): Plan => {
  if (size === 'quick') return quickPlan;
  if (size === 'long') return longPlan;
  return isSelection ? { ...defaultPlan, grownEvents: GROWN_EVENTS } : defaultPlan;
};
