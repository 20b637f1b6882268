import type { ConversationId, UserId } from '@verbatim/domain';
import { conversationHeads, type ConversationHead } from '../../inbox/conversation-head.js';
import { memberMarks, type DepartedHead, type MemberMarks } from '../../inbox/member-marks.js';
import { NOTHING_UNREAD } from '../../inbox/unread.js';
import type { InboxEntry } from '../../read-models.js';
import { documentOf, storedIdOf } from '../collection-layout.js';
import { findByIds } from '../document-reader.js';
import type { QueryView } from '../query-source.js';
import { itemTexts } from './timeline.queries.js';
import { countUnread } from './unread.js';

type Place = { readonly conversationId: ConversationId; readonly head: ConversationHead; readonly marks: MemberMarks };

export const marksOf = (view: QueryView) => view.collection('inbox-v1', memberMarks);
export const headsOf = (view: QueryView) => view.collection('inbox-v1', conversationHeads);

/** Marks by stored id, `<user>/<conversation>`. */
export const readMarks = async (view: QueryView, ids: readonly string[]): Promise<ReadonlyMap<string, MemberMarks>> => {
  const found = await findByIds(view.connection, marksOf(view), ids);
  return new Map([...found].map(([id, stored]) => [id, documentOf(memberMarks, stored) as MemberMarks]));
};

/** The head as the member may know it: a former one sees it as it was when he left. */
const visibleHead = ({ head, marks }: Place): DepartedHead => marks.departedHead ?? head;

const lastMessageId = (place: Place): string | null => {
  const { lastMessageSeq } = visibleHead(place);
  return lastMessageSeq < 0 ? null : storedIdOf(place.conversationId, lastMessageSeq);
};

const peerOf = ({ head: { participantIds } }: Place, userId: UserId): UserId | null =>
  participantIds?.find((memberId) => memberId !== userId) ?? null;

/** Heads before marks: marks are written first, so they know every departure that the heads know. */
const readPlaces = async (
  view: QueryView,
  userId: UserId,
  conversationIds: readonly ConversationId[],
): Promise<readonly Place[]> => {
  const heads = await findByIds(view.connection, headsOf(view), conversationIds);
  const marks = await readMarks(
    view,
    conversationIds.map((conversationId) => storedIdOf(userId, conversationId)),
  );
  return conversationIds.flatMap((conversationId) => {
    const head = heads.get(conversationId);
    const own = marks.get(storedIdOf(userId, conversationId));
    if (head === undefined || own === undefined) return [];
    return [{ conversationId, head: documentOf(conversationHeads, head) as ConversationHead, marks: own }];
  });
};

const directParts = (place: Place, userId: UserId, peers: ReadonlyMap<string, MemberMarks>) => {
  const memberIds = place.head.participantIds;
  if (memberIds === null) return {};
  const peerId = peerOf(place, userId);
  const marks = peerId === null ? undefined : peers.get(storedIdOf(peerId, place.conversationId));
  if (peerId === null || marks === undefined) return { memberIds };
  return { memberIds, peerReceipt: { userId: peerId, deliveredUpTo: marks.deliveredSeq, readUpTo: marks.readSeq } };
};

const unreadOf = async (view: QueryView, userId: UserId, place: Place) => {
  const { marks, conversationId } = place;
  const { messageCount, headSeq } = visibleHead(place);
  if (marks.messageCountAtRead === messageCount) return NOTHING_UNREAD;
  return countUnread(view, conversationId, userId, marks.readSeq, headSeq);
};

/** The entries of a user, in the order of the conversations; none where he has no marks. */
export const readEntries = async (
  view: QueryView,
  userId: UserId,
  conversationIds: readonly ConversationId[],
): Promise<readonly InboxEntry[]> => {
  const places = await readPlaces(view, userId, conversationIds);
  const peerIds = places.flatMap((place) => {
    const peerId = peerOf(place, userId);
    return peerId === null ? [] : [storedIdOf(peerId, place.conversationId)];
  });
  const [peers, texts, unread] = await Promise.all([
    readMarks(view, peerIds),
    itemTexts(
      view,
      places.map(lastMessageId).filter((id) => id !== null),
    ),
    Promise.all(places.map((place) => unreadOf(view, userId, place))),
  ]);
  return places.map((place, index) => {
    const head = visibleHead(place);
    const { marks } = place;
    return {
      conversationId: place.conversationId,
      kind: head.kind,
      ...(head.name === null ? {} : { name: head.name }),
      ...(head.visibility === null ? {} : { visibility: head.visibility }),
      ...directParts(place, userId, peers),
      memberCount: head.memberCount,
      role: head.ownerId === userId ? ('owner' as const) : ('member' as const),
      headSeq: head.headSeq,
      lastMessageText: texts.get(lastMessageId(place) ?? '') ?? null,
      readSeq: marks.readSeq,
      deliveredSeq: marks.deliveredSeq,
      ...(unread[index] ?? NOTHING_UNREAD),
      ...(marks.departedHead === null ? {} : { leftAtSeq: head.headSeq }),
    };
  });
};
