import type { Seq } from '@verbatim/domain';
import { commandSeqs, indexProgress } from '../../message-ids/message-ids.projection.js';
import type { MessageIdsQueries } from '../../read-models.js';
import type { Query, ReadConnection, ReadView } from '../read-connection.js';
import { storedIdOf } from '../uuid-bytes.js';

const SEQ_OF: Query<{ readonly seq: Seq }> = {
  projection: 'message-ids-v1',
  sql: (table) =>
    `SELECT seq FROM ${table(commandSeqs)} WHERE conversation_key = ? AND command_id = ? AND actor_key = ?`,
};
const COMPLETE_TO: Query<{ readonly complete_to_seq: number }> = {
  projection: 'message-ids-v1',
  sql: (table) => `SELECT complete_to_seq FROM ${table(indexProgress)} WHERE id = ?`,
};

const completeToSeqOf = (view: ReadView, conversationKey: number): number =>
  view.prepare(COMPLETE_TO).get(conversationKey)?.complete_to_seq ?? -1;

export const messageIdsQueries = (connection: ReadConnection): MessageIdsQueries => ({
  find: async (conversationId, actorId, commandId) =>
    connection.read((view) => {
      const conversationKey = view.conversations.find(conversationId);
      if (conversationKey === null) return { seq: null, completeToSeq: -1 };
      const completeToSeq = completeToSeqOf(view, conversationKey);
      const actorKey = view.users.find(actorId);
      if (actorKey === null) return { seq: null, completeToSeq };
      const row = view.prepare(SEQ_OF).get(conversationKey, storedIdOf(commandId), actorKey);
      return { seq: row?.seq ?? null, completeToSeq };
    }),
  completeToSeq: async (conversationId) =>
    connection.read((view) => {
      const conversationKey = view.conversations.find(conversationId);
      return conversationKey === null ? -1 : completeToSeqOf(view, conversationKey);
    }),
});
