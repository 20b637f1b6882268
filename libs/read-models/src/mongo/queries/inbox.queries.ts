import type { ConversationId, UserId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import { BadPageMarkError } from '../../errors.js';
import type { Checkpoint, InboxQueries } from '../../read-models.js';
import { idsStartingWith, keyPartOf, storedIdOf } from '../collection-layout.js';
import { findByIds } from '../document-reader.js';
import { LOOKUP_MAX_IDS } from '../mongo-limits.js';
import type { QuerySource, QueryView } from '../query-source.js';
import { headsOf, marksOf, readEntries, readMarks } from './inbox-entries.js';
import { currentMemberIds } from './membership.queries.js';

/** Of the projections that an answer is built from, the one that has come least far. */
const lowestCheckpoint = (view: QueryView): Checkpoint | null => {
  const inbox = view.checkpoint('inbox-v1');
  const timeline = view.checkpoint('timeline-v1');
  if (inbox === null || timeline === null) return null;
  return inbox.position <= timeline.position ? inbox : timeline;
};

/** Orders the inbox: by the last event of the conversation, or by the departure of a former member. */
type SortKey = { readonly position: Position; readonly conversationId: ConversationId };

const isBelow = (one: SortKey, other: SortKey): boolean =>
  one.position === other.position ? one.conversationId < other.conversationId : one.position < other.position;
const newestFirst = (one: SortKey, other: SortKey): number => (isBelow(one, other) ? 1 : -1);

/** `<position>.<conversation id>` of the last entry of a page: the next one starts below it. */
const afterOf = (text: string | null): SortKey | null => {
  if (text === null) return null;
  const [, position, id] = /^(\d{1,19})\.([0-9a-f-]{36})$/.exec(text) ?? [];
  if (position === undefined || id === undefined) throw new BadPageMarkError();
  return { position: BigInt(position) as Position, conversationId: id as ConversationId };
};

/** Every conversation of the user, without looking at more of it than its place. */
const sortKeysOf = async (view: QueryView, userId: UserId): Promise<readonly SortKey[]> => {
  const own = await view.connection.call(() =>
    marksOf(view)
      .find({ _id: idsStartingWith(userId) }, { projection: { departedPosition: 1 }, batchSize: LOOKUP_MAX_IDS })
      .toArray(),
  );
  const departed = new Map<ConversationId, Position | null>();
  for (const { _id, departedPosition } of own)
    departed.set(keyPartOf(_id, 1) as ConversationId, departedPosition as Position | null);
  const present = [...departed].filter(([, position]) => position === null).map(([id]) => id);
  const heads = await findByIds<{ lastPosition: Position }>(view.connection, headsOf(view), present, {
    lastPosition: 1,
  });
  return [...departed].flatMap(([conversationId, departedPosition]) => {
    const position = departedPosition ?? heads.get(conversationId)?.lastPosition;
    return position === undefined ? [] : [{ position, conversationId }];
  });
};

export const inboxQueries = (source: QuerySource): InboxQueries => ({
  page: async (userId, after, limit) => {
    const start = afterOf(after);
    // The checkpoints before the documents: they hold everything up to them, and perhaps more.
    const view = await source.now();
    const keys = (await sortKeysOf(view, userId)).filter((key) => start === null || isBelow(key, start));
    const shown = keys.toSorted(newestFirst).slice(0, limit);
    const last = keys.length > limit ? shown.at(-1) : undefined;
    const ids = shown.map(({ conversationId }) => conversationId);
    return {
      entries: await readEntries(view, userId, ids),
      next: last === undefined ? null : `${last.position}.${last.conversationId}`,
      asOf: lowestCheckpoint(view),
    };
  },
  entry: async (userId, conversationId) =>
    (await readEntries(await source.recent(), userId, [conversationId]))[0] ?? null,
  receipts: async (conversationId, after, limit) => {
    const view = await source.recent();
    const userIds = await currentMemberIds(view, conversationId, after, limit);
    const marks = await readMarks(
      view,
      userIds.map((userId) => storedIdOf(userId, conversationId)),
    );
    return userIds.map((userId) => {
      const own = marks.get(storedIdOf(userId, conversationId));
      return { userId, deliveredUpTo: own?.deliveredSeq ?? -1, readUpTo: own?.readSeq ?? -1 };
    });
  },
});
