import type { Seq } from '@verbatim/domain';
import type { MessageIdsQueries } from '@verbatim/read-models';
import type { ConversationLoader } from './conversation-loader.js';
import type { FoldedConversation } from './folded-conversation.js';
import type { WriteRequest } from './write-request.js';

/**
 * Finds the seq that a retried (actor, command id) already has, at any age: in the folded window, else in the index of
 * message ids, else in the part of the stream between the two. A place that cannot be read throws: `busy`, never a guess.
 */
export class DuplicateLookup {
  constructor(
    private readonly index: MessageIdsQueries,
    private readonly loader: ConversationLoader,
  ) {}

  /** Looks up every request that the window alone cannot answer. */
  async findAll(folded: FoldedConversation, requests: readonly WriteRequest[]): Promise<Map<WriteRequest, Seq>> {
    const found = new Map<WriteRequest, Seq>();
    for (const request of requests) {
      if (isAnsweredByWindow(folded, request)) continue;
      const seq = await this.findBelowWindow(folded, request);
      if (seq !== null) found.set(request, seq);
    }
    return found;
  }

  private async findBelowWindow(folded: FoldedConversation, request: WriteRequest): Promise<Seq | null> {
    const { conversationId, command, commandId } = request;
    const { seq, completeToSeq } = await this.index.find(conversationId, command.context.actorId, commandId);
    if (seq !== null) return seq;
    await this.loader.extendWindow(conversationId, folded.window, completeToSeq + 1);
    return folded.window.find(command.context.actorId, commandId) ?? null;
  }
}

/**
 * The window answers when it holds the pair, when it reaches the first event, or when the id was minted at a head inside
 * it: an event is always younger than the head that its client knew.
 */
const isAnsweredByWindow = ({ window }: FoldedConversation, request: WriteRequest): boolean =>
  window.fromSeq === 0 ||
  (request.knownSeq !== null && request.knownSeq + 1 >= window.fromSeq) ||
  window.find(request.command.context.actorId, request.commandId) !== undefined;
