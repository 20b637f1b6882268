import type { RawHandler } from '@verbatim/http-edge';
import type { SyncStreamRequest } from '@verbatim/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notice } from '../delivery/outgoing.js';
import { writeReplay } from '../delivery/replay.js';
import type { SessionAuthority } from '../session/session-authority.js';
import type { OutboxLimits } from '../transport/outbox.js';
import type { TurnFlusher } from '../transport/turn-flusher.js';
import type { Ticks } from '../transport/wheel.js';
import { EventStream } from './event-stream.js';
import { actorOf, subscribe, type HttpSubscription, type SubscriptionParts } from './subscription.js';
import { answering } from './sync.routes.js';

export const STREAM_BEAT_INTERVAL_MS = 15_000;

type OpenStream = {
  readonly stream: EventStream;
  readonly subscription: HttpSubscription;
  readonly expiresAtMs: number;
};
type Parts = SubscriptionParts & {
  readonly limits: OutboxLimits;
  readonly flusher: TurnFlusher;
  readonly wheel: { readonly now: Ticks };
};

/** The open event streams: they beat together, and end with their tokens. */
export class EventStreams {
  readonly #open = new Set<OpenStream>();
  #beatAtMs = 0;

  constructor(private readonly parts: Parts) {}

  /** `GET /v1/stream`: the pushes of a socket as server-sent events, the id of each its cursor. */
  readonly handle: RawHandler = (call, request, reply) =>
    answering(call, reply, async () => {
      // The last event's id is newer than the cursor of an address that is asked for again.
      const cursor = lastEventId(request) ?? (call.d as SyncStreamRequest).cursor;
      const expiresAtMs = await expiryOf(this.parts.authority, request);
      let open: OpenStream | null = null;
      const { flusher, limits } = this.parts;
      const stream = new EventStream(reply.raw, flusher, limits, () => this.#closed(open));
      const subscription = await subscribe(this.parts, actorOf(call), stream, cursor ?? null);
      open = { stream, subscription, expiresAtMs };
      if (reply.raw.destroyed) subscription.leave();
      else this.#open.add(open);
      await begin(reply, open);
      return reply;
    });

  /** To be called about once a second. */
  tick(nowMs: number): void {
    const isBeat = nowMs >= this.#beatAtMs;
    if (isBeat) this.#beatAtMs = nowMs + STREAM_BEAT_INTERVAL_MS;
    for (const { stream, subscription, expiresAtMs } of this.#open) {
      stream.check(this.parts.wheel.now);
      if (nowMs >= expiresAtMs) subscription.subscriber.end('token-expired');
      else if (isBeat && subscription.subscriber.isLive)
        stream.beat(this.parts.membership.liveCursor(subscription.subscriber));
    }
  }

  closeAll(): void {
    for (const { subscription } of this.#open) subscription.subscriber.end('going-away');
  }

  #closed(open: OpenStream | null): void {
    if (open === null) return;
    this.#open.delete(open);
    open.subscription.leave();
  }
}

const lastEventId = ({ headers }: FastifyRequest): string | undefined => {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
};

/** The token was verified a moment ago; here only its end is wanted. */
const expiryOf = async (authority: SessionAuthority, { headers }: FastifyRequest): Promise<number> => {
  const token = await authority.verify(headers.authorization?.split(' ')[1] ?? '');
  return token.ok ? token.expiresAtMs : 0;
};

const begin = async (
  reply: FastifyReply,
  { stream, subscription: { subscriber, connected } }: OpenStream,
): Promise<void> => {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const { resume, cursor, replay, reason, liveCursor } = connected;
  stream.beat(cursor);
  if (reason !== null) stream.write(notice('reset', { reason }));
  await writeReplay(subscriber, replay, () => stream.drained());
  if (resume === 'replayed') stream.write(notice('synced', { cursor: liveCursor }));
  subscriber.goLive();
};
