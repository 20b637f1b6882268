import type { ConversationId, MembershipInterval, UserId } from '@verbatim/domain';
import { membershipDocuments } from '../../membership/membership.projection.js';
import type { Membership, MembershipQueries } from '../../read-models.js';
import type { Query, ReadConnection, ReadView } from '../read-connection.js';
import { idOfStored, storedIdOf } from '../uuid-bytes.js';

type MemberRow = { readonly role: Membership['role']; readonly intervals: string };

const MEMBER: Query<MemberRow> = {
  projection: 'membership-v1',
  sql: (table) =>
    `SELECT role, intervals FROM ${table(membershipDocuments)} WHERE conversation_key = ? AND user_id = ?`,
};
const OF_USER: Query<MemberRow & { readonly conversation_id: Buffer | string }> = {
  projection: 'membership-v1',
  sql: (table) =>
    `SELECT keys.id AS conversation_id, role, intervals FROM ${table(membershipDocuments)} ` +
    'JOIN conversation_keys AS keys ON keys.key = conversation_key WHERE user_id = ?',
};
const CURRENT_PAGE: Query<MemberRow & { readonly user_id: Buffer | string }> = {
  projection: 'membership-v1',
  sql: (table) =>
    `SELECT user_id, role, intervals FROM ${table(membershipDocuments)} ` +
    'WHERE conversation_key = ? AND is_current = 1 AND user_id > ? ORDER BY user_id LIMIT ?',
};

/** Sorts before every id. */
const BEFORE_ALL = Buffer.alloc(0);

const membershipOf = (conversationId: ConversationId, userId: UserId, { role, intervals: text }: MemberRow) => {
  const intervals = JSON.parse(text) as MembershipInterval[];
  const latest = intervals.at(-1);
  if (latest === undefined) throw new Error('a membership without an interval');
  return { conversationId, userId, role, sinceSeq: latest.fromSeq, intervals } satisfies Membership;
};

const currentRows = (view: ReadView, conversationKey: number, after: UserId | null, limit: number) =>
  view.prepare(CURRENT_PAGE).all(conversationKey, after === null ? BEFORE_ALL : storedIdOf(after), limit);

/** Current members by user id, as the membership documents have them. */
export const currentMemberIds = (
  view: ReadView,
  conversationKey: number,
  after: UserId | null,
  limit: number,
): readonly UserId[] =>
  currentRows(view, conversationKey, after, limit).map(({ user_id }) => idOfStored(user_id) as UserId);

/** The caller's stays in one conversation, as the membership documents have it; null for a stranger. */
export const intervalsOf = (view: ReadView, conversationKey: number, userId: UserId): MembershipInterval[] | null => {
  const row = view.prepare(MEMBER).get(conversationKey, storedIdOf(userId));
  return row === undefined ? null : (JSON.parse(row.intervals) as MembershipInterval[]);
};

export const membershipQueries = (connection: ReadConnection): MembershipQueries => ({
  ofUser: async (userId) =>
    connection.read((view) => {
      const asOf = view.active('membership-v1').checkpoint;
      const rows = view.prepare(OF_USER).all(storedIdOf(userId));
      const memberships = rows.map((row) =>
        membershipOf(idOfStored(row.conversation_id) as ConversationId, userId, row),
      );
      return { memberships, asOf };
    }),
  ofUserIn: async (userId, conversationId) =>
    connection.read((view) => {
      const conversationKey = view.conversations.find(conversationId);
      if (conversationKey === null) return null;
      const row = view.prepare(MEMBER).get(conversationKey, storedIdOf(userId));
      return row === undefined ? null : membershipOf(conversationId, userId, row);
    }),
  page: async (conversationId, after, limit) =>
    connection.read((view) => {
      const conversationKey = view.conversations.find(conversationId);
      if (conversationKey === null) return [];
      return currentRows(view, conversationKey, after, limit).map((row) =>
        membershipOf(conversationId, idOfStored(row.user_id) as UserId, row),
      );
    }),
});
