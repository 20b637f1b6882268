import type { InboxPageReply } from '@verbatim/protocol';
import type { ServerProcess } from '@verbatim/testing/scenario';
import { connectAccount } from '../load/connections.js';
import { startDirect } from '../load/conversations.js';
import { readAll, readLast, timed } from '../load/history-reader.js';
import { faultsOf } from '../load/load-options.js';
import { runLoad } from '../load/load-run.js';
import type { Figure, Section } from '../report/figure.js';
import { median, percentilesOf } from '../report/statistics.js';
import type { Account } from '../server/accounts.js';
import { untilCaughtUp } from '../server/projection-lag.js';
import { withServer, type Bench } from './bench.js';

const SEND_TIMEOUT_MS = 60_000;
const CATCH_UP_TIMEOUT_MS = 60_000;
const OUTSTANDING = 100;
/** The last 50 are taken so often on one connection. */
const TRIES_PER_CONNECTION = 10;
const SYNCS = 5;
/** The number of messages that T6 speaks of. */
const TARGET_MESSAGES = 10_000;

type Times = {
  readonly connectMs: number[];
  readonly inboxMs: number[];
  readonly lastMs: number[];
  readonly syncMs: number[];
};

/** Sends to somebody who is offline. @returns the conversation */
const sendOffline = async (
  bench: Bench,
  { url }: ServerProcess,
  [sender, receiver]: readonly [Account, Account],
): Promise<string> => {
  const { offlineMessages } = bench.plan;
  const socket = await connectAccount(url, sender);
  const conversationId = await startDirect(socket, receiver);
  const result = await runLoad({
    system: 'server',
    pace: { kind: 'window', outstanding: OUTSTANDING },
    conversations: [{ conversationId, headSeq: 0, members: [socket], senderCount: 1 }],
    messagesMax: offlineMessages,
    durationMs: SEND_TIMEOUT_MS,
  });
  bench.faults.push(...faultsOf('W4', result));
  socket.close();
  await untilCaughtUp(url, CATCH_UP_TIMEOUT_MS);
  return conversationId;
};

/** Comes online again and again. */
const comeBack = async (bench: Bench, url: string, account: Account, conversationId: string): Promise<Times> => {
  const { offlineMessages, offlineTries } = bench.plan;
  const times: Times = { connectMs: [], inboxMs: [], lastMs: [], syncMs: [] };
  for (let visit = 0; visit < offlineTries / TRIES_PER_CONNECTION; visit += 1) {
    const { ms, result: socket } = await timed(() => connectAccount(url, account));
    times.connectMs.push(ms);
    times.inboxMs.push((await timed(() => socket.request<InboxPageReply>('inbox.page', {}))).ms);
    for (let attempt = 0; attempt < TRIES_PER_CONNECTION; attempt += 1)
      times.lastMs.push((await timed(() => readLast(socket, conversationId))).ms);
    if (visit < SYNCS) {
      const sync = await timed(() => readAll(socket, conversationId));
      times.syncMs.push(sync.ms);
      if (sync.result !== offlineMessages)
        bench.faults.push(`W4: ${sync.result} of ${offlineMessages} messages were paged`);
    }
    socket.close();
  }
  return times;
};

const figuresOf = ({ connectMs, inboxMs, lastMs, syncMs }: Times, messages: number): readonly Figure[] => {
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
    const conversationId = await sendOffline(bench, server, [sender, receiver]);
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
