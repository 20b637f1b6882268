import type { FrameSocket } from '../socket/frame-socket.js';

/** A conversation under load. A member's place in `members` is his for the whole run. */
export type LoadedConversation = {
  readonly conversationId: string;
  /** Seq of the last event before the load; -1 when there is none. */
  readonly headSeq: number;
  readonly members: readonly FrameSocket[];
  /** The first so many members send. */
  readonly senderCount: number;
};

export type Pace =
  /** Closed loop: so many messages of each sender are under way at a time. */
  | { readonly kind: 'window'; readonly outstanding: number }
  /** Open loop: so many messages a second in all, however long each takes. */
  | { readonly kind: 'rate'; readonly perSecond: number };

export type LoadOptions = {
  readonly conversations: readonly LoadedConversation[];
  readonly pace: Pace;
  readonly durationMs: number;
  readonly messagesMax: number;
  /** `server`: acknowledges, pushes to the sender too, keeps order. `relay`: pushes to the others, nothing else. */
  readonly system: 'server' | 'relay';
  /** After the last send so long is waited for what is missing. Default 30 s. */
  readonly drainTimeoutMs?: number;
};

/** What happened, counted one by one. */
export type LoadResult = {
  readonly sent: number;
  readonly acked: number;
  /** Requests that were answered with an error. */
  readonly refused: number;
  /** Pushes to others than the sender. */
  readonly delivered: number;
  /** Pushes to the sender. */
  readonly echoed: number;
  /** Pushes that never came. */
  readonly lost: number;
  readonly repeated: number;
  /** Pushes whose seq is not the one after that of the push before. */
  readonly outOfOrder: number;
  /** Messages that had one seq in the acknowledgement and another in a push. */
  readonly disagreed: number;
  /** From the first send to the last delivery. */
  readonly durationMs: number;
  /** Send call to receipt at another member, ms. A sample when there were very many. */
  readonly latenciesMs: Float64Array;
  /** Send call to acknowledgement, ms. A sample when there were very many. */
  readonly ackLatenciesMs: Float64Array;
};

/** What is wrong with a result of the server; none when every message reached everyone once, in order. */
export const faultsOf = (title: string, result: LoadResult): readonly string[] =>
  (['lost', 'repeated', 'outOfOrder', 'disagreed', 'refused'] as const)
    .filter((kind) => result[kind] > 0)
    .map((kind) => `${title}: ${result[kind]} ${kind} of ${result.sent} sent`);
