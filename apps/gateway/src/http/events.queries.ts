import {
  NOTHING_VISIBLE,
  conversationStream,
  visibleUpTo,
  type ConversationId,
  type Revision,
  type UserId,
} from '@verbatim/domain';
import type { RecordedEvent } from '@verbatim/event-store';
import { EVENTS_PAGE_DEFAULT, encodePushText, type EventsPageRequest } from '@verbatim/protocol';
import type { OwnOperation } from '../command/gateway-operations.js';
import { okText, OperationError } from '../command/operation-error.js';
import { currentStays, type StayParts } from '../delivery/current-stays.js';
import { conversationWire } from '../delivery/delivery.js';
import { understoodStays } from '../delivery/stays.js';

/** Every revision after a seq, from the log itself: content first, then the membership that says how much of it is shown. */
export const eventsPage =
  (parts: StayParts): OwnOperation =>
  async ({ actor, d }) => {
    const { conversationId: id, afterSeq = -1, limit = EVENTS_PAGE_DEFAULT } = d as EventsPageRequest;
    const conversationId = id as ConversationId;
    const from = (afterSeq + 1) as Revision;
    const stream = conversationStream(conversationId);
    // What cannot be decoded is left out here, and below with all that comes after it.
    const onUndecodable = (): void => {};
    const slice = await parts.store.readStream(stream, { from, maxCount: limit, onUndecodable });
    const stays = await currentStays(parts, actor.userId as UserId, conversationId);
    const intervals = understoodStays(stays, parts.delivery.stalled.get(conversationId));
    const upTo = visibleUpTo(intervals);
    const head = slice.headRevision ?? NOTHING_VISIBLE;
    if (stays.length === 0) throw new OperationError('conversation-not-found');
    if (upTo === NOTHING_VISIBLE) throw new OperationError('behind');
    const visible = slice.events.filter(({ revision }) => upTo === null || revision <= upTo);
    const headSeq = upTo ?? head;
    const toSeq = visible.at(-1)?.revision ?? Math.min(afterSeq, headSeq);
    return okText(`{"events":[${visible.map(eventText).join(',')}],"toSeq":${toSeq},"headSeq":${headSeq}}`);
  };

/** Without `cur`: a page that fills a gap does not move the place that the connection has got to. */
const eventText = (recorded: RecordedEvent): string => {
  const { ev, dText } = conversationWire(recorded);
  return encodePushText(ev, null, dText);
};
