import { withBothForms, type Served } from '../forms/both-forms.js';
import type { Figure, Section } from '../report/figure.js';
import { median, percentilesOf } from '../report/statistics.js';
import type { Account } from '../server/accounts.js';
import { untilCaughtUp } from '../server/projection-lag.js';
import type { Bench } from './bench.js';
import { comeBack, sendOffline, type VisitTimes } from './offline-visits.js';

const CATCH_UP_TIMEOUT_MS = 120_000;
const CALM_READINGS = 10;

/** The sender is at the first gateway; the receiver comes back at the last one. */
const visitsOn = async (bench: Bench, { form, accounts }: Served): Promise<VisitTimes> => {
  const [sender, receiver] = accounts as readonly [Account, Account];
  const [first, last] = [form.gatewayUrls[0], form.gatewayUrls.at(-1)] as [string, string];
  bench.progress.say(`W4 ${form.name}: storing ${bench.plan.offlineMessages} messages for somebody offline`);
  const conversationId = await sendOffline(bench, first, [sender, receiver]);
  await untilCaughtUp(form.projectorUrl, CATCH_UP_TIMEOUT_MS, { calmReadings: CALM_READINGS });
  bench.progress.say(`W4 ${form.name}: the receiver comes back`);
  return comeBack(bench, last, receiver, conversationId);
};

const figuresOf = (embedded: VisitTimes, engines: VisitTimes, messages: number): readonly Figure[] => {
  const figure = (name: string, of: (times: VisitTimes) => number): Figure => ({
    name,
    unit: 'ms',
    value: of(engines),
    baseline: { name: 'embedded', value: of(embedded) },
  });
  const lastOf = ({ lastMs }: VisitTimes) => percentilesOf(Float64Array.from(lastMs));
  return [
    figure('connected and authenticated: p50', ({ connectMs }) => median(connectMs)),
    figure('inbox: p50', ({ inboxMs }) => median(inboxMs)),
    figure('last 50: p50', (times) => lastOf(times).p50),
    figure('last 50: p95', (times) => lastOf(times).p95),
    figure('last 50: p99', (times) => lastOf(times).p99),
    figure(`all ${messages} paged, 200 at a time`, ({ syncMs }) => median(syncMs)),
  ];
};

/** W4 over several processes: what was sent at one gateway is read at another. */
export const enginesOffline = (bench: Bench): Promise<Section> =>
  withBothForms(bench, { name: 'w4', accountCount: 2 }, async (embedded, engines) => {
    const { offlineMessages } = bench.plan;
    const [here, there] = [await visitsOn(bench, embedded), await visitsOn(bench, engines)];
    return {
      title: `W4 offline sync on engines: ${offlineMessages} messages, sent at one gateway and read at another, against everything embedded`,
      figures: figuresOf(here, there, offlineMessages),
      notes: [
        `${there.lastMs.length} times the last 50, ${there.syncMs.length} times everything, every page without a hole`,
      ],
    };
  });
