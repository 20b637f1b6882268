import type { InboxPageReply } from '@verbatim/protocol';
import type { ServerProcess } from '@verbatim/testing/scenario';
import { connectAccount } from '../load/connections.js';
import { headSeqOf } from '../load/conversations.js';
import { readLast, timed } from '../load/history-reader.js';
import { faultsOf } from '../load/load-options.js';
import { runLoad } from '../load/load-run.js';
import { median, percentilesOf } from '../report/statistics.js';
import type { Account } from '../server/accounts.js';
import type { Bench } from './bench.js';

const VISITS = 20;
const TRIES_PER_VISIT = 5;
const SENDS_PER_SECOND = 100;

/** What a person of one conversation meets, medians in ms. */
export type Probe = {
  readonly connectMs: number;
  readonly inboxMs: number;
  readonly lastMs: number;
  readonly sendMs: number;
  /** The first message after the start, for which the server has to read the conversation. */
  readonly firstSendMs: number;
};

export type Probed = { readonly conversationId: string; readonly members: readonly [Account, Account] };

const visits = async (
  url: string,
  account: Account,
  conversationId: string,
): Promise<Omit<Probe, 'sendMs' | 'firstSendMs'>> => {
  const connectMs: number[] = [];
  const inboxMs: number[] = [];
  const lastMs: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const { ms, result: socket } = await timed(() => connectAccount(url, account));
    connectMs.push(ms);
    inboxMs.push((await timed(() => socket.request<InboxPageReply>('inbox.page', {}))).ms);
    for (let attempt = 0; attempt < TRIES_PER_VISIT; attempt += 1)
      lastMs.push((await timed(() => readLast(socket, conversationId))).ms);
    socket.close();
  }
  return { connectMs: median(connectMs), inboxMs: median(inboxMs), lastMs: median(lastMs) };
};

const sends = async (
  bench: Bench,
  url: string,
  { conversationId, members }: Probed,
): Promise<Pick<Probe, 'sendMs' | 'firstSendMs'>> => {
  const sockets = await Promise.all(members.map((account) => connectAccount(url, account)));
  const [sender] = sockets as [(typeof sockets)[number]];
  const clientMsgId = crypto.randomUUID();
  const { ms: firstSendMs } = await timed(() =>
    sender.request('message.send', { conversationId, clientMsgId, body: 'first' }),
  );
  const result = await runLoad({
    system: 'server',
    pace: { kind: 'rate', perSecond: SENDS_PER_SECOND },
    conversations: [
      { conversationId, headSeq: await headSeqOf(sender, conversationId), members: sockets, senderCount: 1 },
    ],
    durationMs: bench.plan.rateMs / 2,
    messagesMax: bench.plan.messagesMax,
  });
  bench.faults.push(...faultsOf('T9', result));
  for (const socket of sockets) socket.close();
  return { firstSendMs, sendMs: percentilesOf(result.latenciesMs).p50 };
};

/** Measures a server that has just started. */
export const probe = async (bench: Bench, { url }: ServerProcess, probed: Probed): Promise<Probe> => {
  const sent = await sends(bench, url, probed);
  return { ...sent, ...(await visits(url, probed.members[1], probed.conversationId)) };
};
