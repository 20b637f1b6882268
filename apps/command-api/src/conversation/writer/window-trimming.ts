import type { ConversationId } from '@verbatim/domain';
import type { MessageIdsQueries } from '@verbatim/read-models';
import type { FoldedConversation } from './folded-conversation.js';
import type { WriterLimits } from './writer-limits.js';

/**
 * Lets ids leave a window once the index of message ids has them. The index is asked beside the commands, never in their way:
 * what it says is used by the next append. While it cannot say, all ids stay.
 */
export class WindowTrimming {
  constructor(
    private readonly index: MessageIdsQueries,
    private readonly limits: WriterLimits,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Called in turn with the commands: between a look-up and its decision a window must not shrink. */
  trim(conversationId: ConversationId, folded: FoldedConversation): void {
    const { windowMinEvents, windowTrimAtEvents, windowAskEveryEvents } = this.limits;
    if (folded.window.size <= Math.max(folded.trimAtEvents, windowTrimAtEvents)) return;
    folded.window.trim(windowMinEvents, folded.coveredToSeq);
    const { size } = folded.window;
    folded.trimAtEvents = size + windowAskEveryEvents;
    if (size > windowTrimAtEvents) void this.ask(conversationId, folded);
    else folded.trimAtEvents = 0;
  }

  private async ask(conversationId: ConversationId, folded: FoldedConversation): Promise<void> {
    try {
      folded.coveredToSeq = await this.index.completeToSeq(conversationId);
    } catch (error) {
      this.onError(error);
      return;
    }
    if (folded.headSeq - folded.coveredToSeq < this.limits.windowTrimAtEvents) folded.trimAtEvents = 0;
  }
}
