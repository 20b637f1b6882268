import {
  type ConversationEvent,
  type ConversationId,
  type Revision,
  type Seq,
  conversationStream,
} from '@verbatim/domain';
import type { EventStore } from '@verbatim/event-store';
import type { PlannedAnswer } from './batch-plan.js';
import type { FoldedConversation } from './folded-conversation.js';
import { isSameContent } from './recorded-answer.js';
import type { WriteOutcome, WriteRequest } from './write-request.js';

/** How a batch ended: null when its events are durable, else what each of its commands comes to. */
export type BatchFailure = WriteOutcome | null;

/** Turns planned answers into outcomes once it is known what became of their batch. */
export class BatchAnswers {
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** @param durableSeq the conversation's head before the batch: what is there stands however the batch ended */
  outcomeOf(
    request: WriteRequest,
    answer: PlannedAnswer,
    folded: FoldedConversation,
    failure: BatchFailure,
    durableSeq: number,
  ): WriteOutcome | Promise<WriteOutcome> {
    if (answer.kind === 'final') return failure ?? answer.outcome;
    return failure === null || answer.seq <= durableSeq ? this.tryRecorded(request, answer.seq, folded) : failure;
  }

  private async tryRecorded(request: WriteRequest, seq: Seq, folded: FoldedConversation): Promise<WriteOutcome> {
    try {
      return await this.recorded(request, seq, folded);
    } catch (error) {
      this.onError(error);
      return { outcome: 'busy' };
    }
  }

  /** Answers a retry from the stored event: the same ack, or `mismatch` when the content is another. */
  private async recorded(
    { conversationId, command }: WriteRequest,
    seq: Seq,
    { conversation }: FoldedConversation,
  ): Promise<WriteOutcome> {
    const event = await this.eventAt(conversationId, seq);
    if (!isSameContent(command, event, conversation)) return { outcome: 'mismatch' };
    return { outcome: 'applied', seq, event, duplicate: true };
  }

  private async eventAt(conversationId: ConversationId, seq: Seq): Promise<ConversationEvent> {
    const stream = conversationStream(conversationId);
    const { events } = await this.store.readStream(stream, { from: seq as number as Revision, maxCount: 1 });
    if (events[0] === undefined) throw new Error(`${stream} has no event at revision ${seq}`);
    return events[0].event as ConversationEvent;
  }
}
