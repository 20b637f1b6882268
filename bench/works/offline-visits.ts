import type { InboxPageReply } from '@verbatim/protocol';
import { connectAccount } from '../load/connections.js';
import { startDirect } from '../load/conversations.js';
import { readAll, readLast, timed } from '../load/history-reader.js';
import { faultsOf } from '../load/load-options.js';
import { runLoad } from '../load/load-run.js';
import type { Account } from '../server/accounts.js';
import type { Bench } from './bench.js';

const SEND_TIMEOUT_MS = 60_000;
const OUTSTANDING = 100;
/** The last 50 are taken so often on one connection. */
const TRIES_PER_CONNECTION = 10;
const SYNCS = 5;

/** What somebody met who came back again and again. */
export type VisitTimes = {
  readonly connectMs: number[];
  readonly inboxMs: number[];
  readonly lastMs: number[];
  readonly syncMs: number[];
};

/** Sends to somebody who is offline. @returns the conversation */
export const sendOffline = async (
  bench: Bench,
  url: string,
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
  return conversationId;
};

/** Comes online again and again. */
export const comeBack = async (
  bench: Bench,
  url: string,
  account: Account,
  conversationId: string,
): Promise<VisitTimes> => {
  const { offlineMessages, offlineTries } = bench.plan;
  const times: VisitTimes = { connectMs: [], inboxMs: [], lastMs: [], syncMs: [] };
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
