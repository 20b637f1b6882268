import type { ConversationId, GroupVisibility, UserId } from '@verbatim/domain';
import type { DepartedHead } from '../../inbox/member-marks.js';
import { conversationHeads } from '../../inbox/conversation-head.js';
import { memberMarks } from '../../inbox/member-marks.js';
import type { AnyCollection } from '../../projection/collection.js';
import type { Query } from '../read-connection.js';
import { idOfStored } from '../uuid-bytes.js';

type Tables = (collection: AnyCollection) => string;

type StoredId = Buffer | string;
export type InboxRow = {
  readonly conversation_key: number;
  readonly conversation_id: StoredId;
  readonly sort_position: number;
  readonly delivered_seq: number;
  readonly read_seq: number;
  readonly message_count_at_read: number;
  readonly departed_head: string | null;
  readonly kind: 'direct' | 'group';
  readonly name: string | null;
  readonly visibility: GroupVisibility | null;
  readonly owner_id: StoredId | null;
  readonly participant_ids: string | null;
  readonly member_count: number;
  readonly head_seq: number;
  readonly last_message_seq: number;
  readonly message_count: number;
};

const SORT_POSITION = 'coalesce(marks.departed_position, heads.last_position)';
const ROWS = (table: Tables): string =>
  `SELECT heads.id AS conversation_key, keys.id AS conversation_id, ${SORT_POSITION} AS sort_position, delivered_seq, ` +
  'read_seq, message_count_at_read, departed_head, kind, name, visibility, owner_id, participant_ids, member_count, ' +
  `head_seq, last_message_seq, message_count FROM ${table(memberMarks)} AS marks ` +
  `JOIN ${table(conversationHeads)} AS heads ON heads.id = (marks.id & 4294967295) ` +
  'JOIN conversation_keys AS keys ON keys.key = heads.id';

/** Parameters: user key twice, sort position and conversation key of the last entry of the page before, limit. */
export const INBOX_PAGE: Query<InboxRow> = {
  projection: 'inbox-v1',
  sql: (table) =>
    `${ROWS(table)} WHERE marks.id >= (? << 32) AND marks.id <= ((? << 32) | 4294967295) ` +
    `AND (${SORT_POSITION}, heads.id) < (?, ?) ORDER BY ${SORT_POSITION} DESC, heads.id DESC LIMIT ?`,
};
export const INBOX_ENTRY: Query<InboxRow> = {
  projection: 'inbox-v1',
  sql: (table) => `${ROWS(table)} WHERE marks.id = ((? << 32) | ?)`,
};

type MarksRow = {
  readonly delivered_seq: number;
  readonly read_seq: number;
};
/** Marks of those who are members now. */
export const MARKS: Query<MarksRow> = {
  projection: 'inbox-v1',
  sql: (table) => `SELECT delivered_seq, read_seq FROM ${table(memberMarks)} WHERE id = ((? << 32) | ?)`,
};

/** The head as the member may know it: a former one sees it as it was when he left. */
export const visibleHead = (row: InboxRow): DepartedHead =>
  row.departed_head === null
    ? ({
        kind: row.kind,
        name: row.name,
        visibility: row.visibility,
        ownerId: row.owner_id === null ? null : (idOfStored(row.owner_id) as UserId),
        memberCount: row.member_count,
        headSeq: row.head_seq,
        lastMessageSeq: row.last_message_seq,
        messageCount: row.message_count,
      } as DepartedHead)
    : (JSON.parse(row.departed_head) as DepartedHead);

export const conversationIdOfRow = (row: InboxRow): ConversationId => idOfStored(row.conversation_id) as ConversationId;
