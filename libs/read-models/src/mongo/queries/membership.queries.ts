import type { ConversationId, MembershipInterval, UserId } from '@verbatim/domain';
import { membershipDocuments } from '../../membership/membership.projection.js';
import type { Membership, MembershipQueries } from '../../read-models.js';
import { keyPartOf, storedIdOf, type StoredDocument } from '../collection-layout.js';
import { findByIds } from '../document-reader.js';
import type { QuerySource, QueryView } from '../query-source.js';

type Stays = { readonly role: Membership['role']; readonly intervals: readonly MembershipInterval[] };

const FIELDS = { role: 1, intervals: 1 } as const;
/** Most users are in fewer conversations: one page is one round trip. */
const OF_USER_PAGE_DOCUMENTS = 1_000;

const membersOf = (view: QueryView) => view.collection('membership-v1', membershipDocuments);

const membershipOf = ({ _id, role, intervals }: StoredDocument & Stays): Membership => {
  const conversationId = keyPartOf(_id, 0) as ConversationId;
  const latest = intervals.at(-1);
  if (latest === undefined) throw new Error('a membership without an interval');
  return { conversationId, userId: keyPartOf(_id, 1) as UserId, role, sinceSeq: latest.fromSeq, intervals };
};

const ofUserIn = async (
  view: QueryView,
  userId: UserId,
  conversationId: ConversationId,
): Promise<Membership | null> => {
  const id = storedIdOf(conversationId, userId);
  const found = (await findByIds<Stays>(view.connection, membersOf(view), [id], FIELDS)).get(id);
  return found === undefined ? null : membershipOf(found);
};

const currentPage = async (
  view: QueryView,
  conversationId: ConversationId,
  after: UserId | null,
  limit: number,
): Promise<readonly Membership[]> => {
  const current = { conversationId, isCurrent: 1, ...(after === null ? {} : { userId: { $gt: after } }) };
  const members = await view.connection.call(() =>
    membersOf(view)
      .find(current, { projection: FIELDS, sort: { userId: 1 }, limit })
      .toArray(),
  );
  return members.map((member) => membershipOf(member as unknown as StoredDocument & Stays));
};

/** Current members by user id, as the membership documents have them. */
export const currentMemberIds = async (
  view: QueryView,
  conversationId: ConversationId,
  after: UserId | null,
  limit: number,
): Promise<readonly UserId[]> => (await currentPage(view, conversationId, after, limit)).map(({ userId }) => userId);

/** The caller's stays in one conversation, as the membership documents have it; null for a stranger. */
export const intervalsOf = async (
  view: QueryView,
  userId: UserId,
  conversationId: ConversationId,
): Promise<readonly MembershipInterval[] | null> => (await ofUserIn(view, userId, conversationId))?.intervals ?? null;

export const membershipQueries = (source: QuerySource): MembershipQueries => ({
  ofUser: async (userId) => {
    // The checkpoint before the documents: they hold everything up to it, and perhaps more.
    const view = await source.now();
    const stays = await view.connection.call(() =>
      membersOf(view).find({ userId }, { projection: FIELDS, batchSize: OF_USER_PAGE_DOCUMENTS }).toArray(),
    );
    const memberships = stays.map((one) => membershipOf(one as unknown as StoredDocument & Stays));
    return { memberships, asOf: view.checkpoint('membership-v1') };
  },
  ofUserIn: async (userId, conversationId) => ofUserIn(await source.recent(), userId, conversationId),
  page: async (conversationId, after, limit) => currentPage(await source.recent(), conversationId, after, limit),
});
