import type { Figure, Section } from '../report/figure.js';
import { median, percentilesOf } from '../report/statistics.js';
import type { Account } from '../server/accounts.js';
import { untilCaughtUp } from '../server/projection-lag.js';
import { withServer, type Bench } from './bench.js';
import { comeBack, sendOffline, type VisitTimes } from './offline-visits.js';

const CATCH_UP_TIMEOUT_MS = 60_000;
/** The number of messages that T6 speaks of. */
const TARGET_MESSAGES = 10_000;

const figuresOf = ({ connectMs, inboxMs, lastMs, syncMs }: VisitTimes, messages: number): readonly Figure[] => {
  const last = percentilesOf(Float64Array.from(lastMs));
  return [
    { name: 'connected and authenticated: p50', unit: 'ms', value: median(connectMs) },
    { name: 'inbox: p50', unit: 'ms', value: median(inboxMs) },
    {
      name: 'last 50: p50',
      unit: 'ms',
      value: last.p50,
      bounds: [{ target: 'T6', of: 'value', limit: 'at-most', must: 1.9, aim: 0.75 }],
    },
    {
      name: 'last 50: p99',
      unit: 'ms',
      value: last.p99,
      bounds: [{ target: 'T6', of: 'value', limit: 'at-most', must: 6 }],
    },
    {
      name: `all ${messages} paged, 200 at a time, for ${TARGET_MESSAGES}`,
      unit: 'ms',
      value: (median(syncMs) * TARGET_MESSAGES) / messages,
      bounds: [{ target: 'T6', of: 'value', limit: 'at-most', must: 160, aim: 80 }],
    },
  ];
};

/** W4: somebody comes back to messages that were stored while he was away. Shows T6. */
export const offline = (bench: Bench): Promise<Section> =>
  withServer(bench, { name: 'w4', accountCount: 2 }, async (server, accounts) => {
    const { offlineMessages } = bench.plan;
    const [sender, receiver] = accounts as readonly [Account, Account];
    bench.progress.say(`W4: storing ${offlineMessages} messages for somebody offline`);
    const conversationId = await sendOffline(bench, server.url, [sender, receiver]);
    await untilCaughtUp(server.url, CATCH_UP_TIMEOUT_MS);
    bench.progress.say('W4: the receiver comes back');
    const times = await comeBack(bench, server.url, receiver, conversationId);
    return {
      title: `W4 offline sync: ${offlineMessages} messages stored for somebody offline`,
      figures: figuresOf(times, offlineMessages),
      notes: [
        `${times.lastMs.length} times the last 50, ${times.syncMs.length} times everything, every page without a hole`,
      ],
    };
  });
