import { sendProblem, type OperationCall, type RawHandler } from '@verbatim/http-edge';
import { SYNC_PAGE_MAX, SYNC_WAIT_DEFAULT_S, protocolError, type SyncPollRequest } from '@verbatim/protocol';
import type { FastifyReply } from 'fastify';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OperationError } from '../command/operation-error.js';
import { notice, type Outgoing } from '../delivery/outgoing.js';
import { PollSink } from './poll-sink.js';
import { actorOf, endOf, subscribe, type HttpSubscription, type SubscriptionParts } from './subscription.js';

const SECOND_MS = 1_000;

/** `GET /v1/sync`: what came after the cursor; waits for the first event when there is none. */
export const syncPoll =
  (parts: SubscriptionParts & { readonly presentCursor: () => string }): RawHandler =>
  (call, _request, reply) =>
    answering(call, reply, async () => {
      const { cursor, wait = SYNC_WAIT_DEFAULT_S } = call.d as SyncPollRequest;
      if (cursor === undefined) return sendSync(reply, [], parts.presentCursor());
      const sink = new PollSink(SYNC_PAGE_MAX);
      const subscription = await subscribe(parts, actorOf(call), sink, cursor);
      try {
        return await poll(parts, subscription, sink, reply, wait * SECOND_MS);
      } finally {
        subscription.leave();
      }
    });

const poll = async (
  { membership }: SubscriptionParts,
  { subscriber, connected }: HttpSubscription,
  sink: PollSink,
  reply: FastifyReply,
  waitMs: number,
): Promise<FastifyReply> => {
  const { replay, reason, liveCursor } = connected;
  if (reason !== null) return sendSync(reply, [notice('reset', { reason })], liveCursor);
  if (replay.length > 0)
    return sendSync(reply, replay.slice(0, SYNC_PAGE_MAX), liveCursor, replay.length > SYNC_PAGE_MAX);
  const hangUp = (): void => subscriber.end('server-error');
  reply.raw.once('close', hangUp);
  subscriber.goLive();
  await sink.first(waitMs);
  if (sink.pushes.length > 0) await nextTurn(); // what the same batch of the log holds goes along
  reply.raw.off('close', hangUp);
  if (subscriber.isOver) throw endOf(subscriber); // what came after its end was not collected
  // No wait from here on: all that is applied has been collected, unless the page is full.
  return sendSync(reply, sink.pushes, membership.liveCursor(subscriber), sink.pushes.length === SYNC_PAGE_MAX);
};

const sendSync = (reply: FastifyReply, pushes: readonly Outgoing[], cursor: string, isCut = false): FastifyReply => {
  const reached = isCut ? (pushes.at(-1)?.cur ?? cursor) : cursor;
  const events = pushes.map(({ text }) => text).join(',');
  return reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(`{"events":[${events}],"cursor":"${reached}"}`);
};

/** Sends what an operation throws as its problem document. */
export const answering = async (
  { traceId }: OperationCall,
  reply: FastifyReply,
  answer: () => Promise<FastifyReply>,
): Promise<FastifyReply> => {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return sendProblem(reply, protocolError(error.code, { traceId }));
  }
};
