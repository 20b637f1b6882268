import type { ServerProcess } from '@verbatim/testing/scenario';
import type { RelayProcess } from '../baseline/relay-process.js';
import { afterLoad } from '../load/conversations.js';
import { faultsOf, type LoadedConversation, type Pace } from '../load/load-options.js';
import { measureRelay, measureServer, type MeasuredLoad } from '../load/measured-load.js';
import type { Figure } from '../report/figure.js';
import { medianOf } from '../report/statistics.js';
import type { Bench } from './bench.js';

/** One round: the same load on both. */
export type Pair = { readonly relay: MeasuredLoad; readonly server: MeasuredLoad };
type Processes = { readonly server: ServerProcess; readonly relay: RelayProcess };
type Sides = { readonly server: readonly LoadedConversation[]; readonly relay: readonly LoadedConversation[] };

/** Server and relay take turns with the same load, so that a slow minute of the machine hits both. */
export class Duel {
  constructor(
    private readonly title: string,
    private readonly bench: Bench,
    private readonly processes: Processes,
    private sides: Sides,
  ) {}

  async round(title: string, pace: Pace, durationMs: number): Promise<Pair> {
    const { progress, plan, faults } = this.bench;
    const load = { pace, durationMs, messagesMax: plan.messagesMax };
    progress.say(`${this.title} ${title}: relay`);
    const relay = await measureRelay(this.processes.relay.pid, {
      ...load,
      system: 'relay',
      conversations: this.sides.relay,
    });
    progress.say(`${this.title} ${title}: server`);
    const server = await measureServer(this.processes.server, {
      ...load,
      system: 'server',
      conversations: this.sides.server,
    });
    faults.push(...faultsOf(`${this.title} ${title}`, server.result));
    this.sides = { ...this.sides, server: await afterLoad(this.sides.server) };
    return { relay, server };
  }
}

/** Median of the server's figure, beside the relay's. */
export const versus = (
  pairs: readonly Pair[],
  name: string,
  unit: string,
  of: (load: MeasuredLoad) => number,
): Figure => ({
  name,
  unit,
  value: medianOf(pairs, ({ server }) => of(server)),
  baseline: { name: 'bare ws', value: medianOf(pairs, ({ relay }) => of(relay)) },
});

export const latencyFigure = (pairs: readonly Pair[], title: string, percent: 'p50' | 'p95' | 'p99'): Figure =>
  versus(pairs, `${title}: ${percent} from send to receipt`, 'ms', ({ latencyMs }) => latencyMs[percent]);

/** What was counted at the server's side, in one sentence. */
export const sentText = (pairs: readonly Pair[]): string => {
  const total = (of: (load: MeasuredLoad) => number): string =>
    pairs.reduce((sum, { server }) => sum + of(server), 0).toLocaleString('en-GB');
  const pushes = total(({ result }) => result.delivered + result.echoed);
  return (
    `counted: ${total(({ result }) => result.sent)} messages sent, ${total(({ result }) => result.acked)} acknowledged, ` +
    `${pushes} pushes received, ${total(({ result }) => result.lost)} lost, ${total(({ result }) => result.repeated)} repeated, ` +
    `${total(({ result }) => result.outOfOrder)} out of order`
  );
};

/** Where the server's processor time went, µs a message in the median round. */
export const threadsText = (title: string, pairs: readonly Pair[]): string => {
  const names = new Set(pairs.flatMap(({ server }) => [...server.threadMicrosPerMessage.keys()]));
  const figures = [...names]
    .map((name) => ({ name, micros: medianOf(pairs, ({ server }) => server.threadMicrosPerMessage.get(name) ?? 0) }))
    .filter(({ micros }) => micros >= 0.5)
    .toSorted((a, b) => b.micros - a.micros);
  return `${title}, CPU by thread: ${figures.map(({ name, micros }) => `${name} ${micros.toFixed(1)} µs`).join(', ')}`;
};
