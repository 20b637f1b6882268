import type { Seq } from '@verbatim/domain';
import type { MessageIdsQueries } from '@verbatim/read-models';
import type { ConversationLoader } from './conversation-loader.js';
import type { FoldedConversation } from './folded-conversation.js';
import type { WriteRequest } from './write-request.js';

/** The seq that a request has already; `unreadable`: nobody can say now. Requests that are new, or in the window, are left out. */
export type Duplicates = ReadonlyMap<WriteRequest, Seq | 'unreadable'>;

/**
 * Finds the seq that a retried (actor, command id) already has, at any age: in the folded window, else in the index of
 * message ids, else in the part of the stream between the two. Where a place cannot be read the answer is `unreadable`, never a guess.
 */
export class DuplicateLookup {
  constructor(
    private readonly index: MessageIdsQueries,
    private readonly loader: ConversationLoader,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Looks up every request that the window alone cannot answer. */
  async findAll(folded: FoldedConversation, requests: readonly WriteRequest[]): Promise<Duplicates> {
    const found = new Map<WriteRequest, Seq | 'unreadable'>();
    let isReadable = true;
    for (const request of requests) {
      if (isAnsweredByWindow(folded, request)) continue;
      const seq: Seq | 'unreadable' | null = isReadable ? await this.tryBelowWindow(folded, request) : 'unreadable';
      // Who does not answer one is not asked for the others of the batch.
      if (seq === 'unreadable') isReadable = false;
      if (seq !== null) found.set(request, seq);
    }
    return found;
  }

  private async tryBelowWindow(folded: FoldedConversation, request: WriteRequest): Promise<Seq | 'unreadable' | null> {
    try {
      return await this.findBelowWindow(folded, request);
    } catch (error) {
      this.onError(error);
      return 'unreadable';
    }
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
 * it: an event is always younger than the head that its client knew. A head that is not there yet was never known to
 * anybody, or belongs to a log that was rolled back: it is not believed.
 */
const isAnsweredByWindow = ({ window, headSeq }: FoldedConversation, request: WriteRequest): boolean =>
  window.fromSeq === 0 ||
  (request.knownSeq !== null && request.knownSeq + 1 >= window.fromSeq && request.knownSeq <= headSeq) ||
  window.find(request.command.context.actorId, request.commandId) !== undefined;
