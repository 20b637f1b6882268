import type { UserId } from '@verbatim/domain';
import { BadPageMarkError } from '../../errors.js';
import { NOTHING_UNREAD } from '../../inbox/unread.js';
import type { Checkpoint, InboxEntry, InboxQueries } from '../../read-models.js';
import { timelineItems } from '../../timeline/timeline.projection.js';
import type { Query, ReadConnection, ReadView } from '../read-connection.js';
import { conversationIdOfRow, INBOX_ENTRY, INBOX_PAGE, MARKS, visibleHead, type InboxRow } from './inbox-rows.js';
import { currentMemberIds } from './membership.queries.js';
import { countUnread } from './unread.js';

const ITEM_TEXT: Query<{ readonly text: string }> = {
  projection: 'timeline-v1',
  sql: (table) => `SELECT text FROM ${table(timelineItems)} WHERE id = ((? << 32) | ?)`,
};

/** Of the projections that an answer is built from, the one that has come least far. */
const lowestCheckpoint = (view: ReadView): Checkpoint | null => {
  const inbox = view.active('inbox-v1').checkpoint;
  const timeline = view.active('timeline-v1').checkpoint;
  if (inbox === null || timeline === null) return null;
  return inbox.position <= timeline.position ? inbox : timeline;
};

const peerReceipt = (view: ReadView, row: InboxRow, memberIds: readonly UserId[], userId: UserId) => {
  const peerId = memberIds.find((memberId) => memberId !== userId);
  const peerKey = peerId === undefined ? null : view.users.find(peerId);
  const marks = peerKey === null ? undefined : view.prepare(MARKS).get(peerKey, row.conversation_key);
  if (peerId === undefined || marks === undefined) return {};
  return { peerReceipt: { userId: peerId, deliveredUpTo: marks.delivered_seq, readUpTo: marks.read_seq } };
};

const directParts = (view: ReadView, row: InboxRow, userId: UserId) => {
  if (row.participant_ids === null) return {};
  const memberIds = JSON.parse(row.participant_ids) as UserId[];
  return { memberIds, ...peerReceipt(view, row, memberIds, userId) };
};

const entryOf = (view: ReadView, row: InboxRow, userId: UserId, userKey: number): InboxEntry => {
  const head = visibleHead(row);
  const isRead = row.message_count_at_read === head.messageCount;
  const lastMessage =
    head.lastMessageSeq < 0 ? undefined : view.prepare(ITEM_TEXT).get(row.conversation_key, head.lastMessageSeq);
  return {
    conversationId: conversationIdOfRow(row),
    kind: head.kind,
    ...(head.name === null ? {} : { name: head.name }),
    ...(head.visibility === null ? {} : { visibility: head.visibility }),
    ...directParts(view, row, userId),
    memberCount: head.memberCount,
    role: head.ownerId === userId ? 'owner' : 'member',
    headSeq: head.headSeq,
    lastMessageText: lastMessage?.text ?? null,
    readSeq: row.read_seq,
    deliveredSeq: row.delivered_seq,
    ...(isRead ? NOTHING_UNREAD : countUnread(view, row.conversation_key, userKey, row.read_seq, head.headSeq)),
    ...(row.departed_head === null ? {} : { leftAtSeq: head.headSeq }),
  };
};

/** `<sort position>.<conversation key>` of the last entry of a page: the next one starts below it. */
const afterOf = (text: string | null): readonly [number, number] => {
  if (text === null) return [Number.MAX_SAFE_INTEGER, 0];
  const [, position, key] = /^(\d{1,16})\.(\d{1,10})$/.exec(text) ?? [];
  if (position === undefined || key === undefined) throw new BadPageMarkError();
  return [Number(position), Number(key)];
};

export const inboxQueries = (connection: ReadConnection): InboxQueries => ({
  page: async (userId, after, limit) =>
    connection.read((view) => {
      const asOf = lowestCheckpoint(view);
      const below = afterOf(after);
      const userKey = view.users.find(userId);
      if (userKey === null) return { entries: [], next: null, asOf };
      const rows = view.prepare(INBOX_PAGE).all(userKey, userKey, ...below, limit + 1);
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      const next = last === undefined ? null : `${last.sort_position}.${last.conversation_key}`;
      return { entries: shown.map((row) => entryOf(view, row, userId, userKey)), next, asOf };
    }),
  entry: async (userId, conversationId) =>
    connection.read((view) => {
      const userKey = view.users.find(userId);
      const conversationKey = view.conversations.find(conversationId);
      if (userKey === null || conversationKey === null) return null;
      const row = view.prepare(INBOX_ENTRY).get(userKey, conversationKey);
      return row === undefined ? null : entryOf(view, row, userId, userKey);
    }),
  receipts: async (conversationId, after, limit) =>
    connection.read((view) => {
      const conversationKey = view.conversations.find(conversationId);
      if (conversationKey === null) return [];
      return currentMemberIds(view, conversationKey, after, limit).map((userId) => {
        const userKey = view.users.find(userId);
        const marks = userKey === null ? undefined : view.prepare(MARKS).get(userKey, conversationKey);
        return { userId, deliveredUpTo: marks?.delivered_seq ?? -1, readUpTo: marks?.read_seq ?? -1 };
      });
    }),
});
