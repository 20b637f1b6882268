import type {
  CommandId,
  ConversationCommand,
  ConversationEvent,
  ConversationId,
  ConversationRejection,
  DeviceId,
  Seq,
} from '@verbatim/domain';
import type { IpClass } from '@verbatim/event-store';

/** Who and where, for the event's metadata; the actor is in the command's context. */
export type Audit = {
  readonly deviceId: DeviceId | null;
  readonly sessionId: string | null;
  readonly correlationId: string;
  readonly ipClass: IpClass | null;
};

export type WriteRequest = {
  readonly conversationId: ConversationId;
  readonly command: ConversationCommand;
  readonly commandId: CommandId;
  /** Head that the client knew when it minted the id, resent unchanged; null when it did not say. */
  readonly knownSeq: number | null;
  readonly audit: Audit;
  /**
   * When nobody waits for the answer any more, ms of this process's monotonic clock; absent: somebody always does. What is not
   * decided by then is not decided at all: whoever asked has asked again, here or elsewhere.
   */
  readonly answerBeforeMs?: number;
};

export const isOverdue = ({ answerBeforeMs }: WriteRequest): boolean =>
  answerBeforeMs !== undefined && answerBeforeMs <= performance.now();

export type WriteOutcome =
  /** Durable, now or (`duplicate`) by an earlier try with the same id. */
  | { readonly outcome: 'applied'; readonly seq: Seq; readonly event: ConversationEvent; readonly duplicate: boolean }
  /** The command changes nothing; `headSeq` is the conversation's head. */
  | { readonly outcome: 'unchanged'; readonly headSeq: number }
  | { readonly outcome: 'rejected'; readonly rejection: ConversationRejection }
  /** The id was used by this actor for another content. */
  | { readonly outcome: 'mismatch' }
  /** Not decided: too many waiting, conflicts without end, or a place that could not be read. Try again. */
  | { readonly outcome: 'busy' }
  /** Nothing was written and nothing will be. */
  | { readonly outcome: 'refused'; readonly reason: 'log-full' | 'unavailable' }
  /** It may be written or not; the same id tells, later. */
  | { readonly outcome: 'unknown' };
