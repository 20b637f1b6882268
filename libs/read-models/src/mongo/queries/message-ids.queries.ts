import type { ConversationId, Seq } from '@verbatim/domain';
import { commandSeqs, indexProgress } from '../../message-ids/message-ids.projection.js';
import type { MessageIdsQueries } from '../../read-models.js';
import { storedIdOf } from '../collection-layout.js';
import { findByIds } from '../document-reader.js';
import type { QuerySource, QueryView } from '../query-source.js';

const NOTHING_COMPLETE = -1;

const completeToSeqOf = async (view: QueryView, conversationId: ConversationId): Promise<number> => {
  const source = view.collection('message-ids-v1', indexProgress);
  const found = await findByIds<{ completeToSeq: number }>(view.connection, source, [conversationId]);
  return found.get(conversationId)?.completeToSeq ?? NOTHING_COMPLETE;
};

export const messageIdsQueries = (source: QuerySource): MessageIdsQueries => ({
  find: async (conversationId, actorId, commandId) => {
    const view = await source.recent();
    // First: commands are written before the progress, so all at or below it are there when it is.
    const completeToSeq = await completeToSeqOf(view, conversationId);
    const id = storedIdOf(conversationId, commandId, actorId);
    const commands = view.collection('message-ids-v1', commandSeqs);
    const found = await findByIds<{ seq: Seq }>(view.connection, commands, [id]);
    return { seq: found.get(id)?.seq ?? null, completeToSeq };
  },
  completeToSeq: async (conversationId) => completeToSeqOf(await source.recent(), conversationId),
});
