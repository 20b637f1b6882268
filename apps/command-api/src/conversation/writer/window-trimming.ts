import type { ConversationId } from '@verbatim/domain';
import type { MessageIdsQueries } from '@verbatim/read-models';
import type { FoldedConversation } from './folded-conversation.js';
import { writerLimits } from './writer-limits.js';

/**
 * Lets ids leave a window once the index of message ids has them. The index is asked beside the commands, never in their way:
 * what it says is used by the next append. While it cannot say, all ids stay.
 */
export class WindowTrimming {
  constructor(
    private readonly index: MessageIdsQueries,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Called in turn with the commands: between a look-up and its decision a window must not shrink. */
  trim(conversationId: ConversationId, folded: FoldedConversation): void {
    const { windowMinEvents, windowTrimAtEvents, windowAskEveryEvents } = writerLimits;
    if (folded.window.size <= folded.trimAtEvents) return;
    folded.window.trim(windowMinEvents, folded.coveredToSeq);
    const { size } = folded.window;
    folded.trimAtEvents = size <= windowTrimAtEvents ? windowTrimAtEvents : size + windowAskEveryEvents;
    if (size > windowTrimAtEvents) void this.ask(conversationId, folded);
  }

  private async ask(conversationId: ConversationId, folded: FoldedConversation): Promise<void> {
    try {
      folded.coveredToSeq = await this.index.completeToSeq(conversationId);
    } catch (error) {
      this.onError(error);
      return;
    }
    const { window } = folded;
    const uncovered = window.fromSeq + window.size - 1 - folded.coveredToSeq;
    if (uncovered < writerLimits.windowTrimAtEvents) folded.trimAtEvents = writerLimits.windowTrimAtEvents;
  }
}
