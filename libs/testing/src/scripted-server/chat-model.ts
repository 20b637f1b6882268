import { randomUUID } from 'node:crypto';
import { errorCodes } from '@verbatim/protocol';
import type { ConversationEntry, ErrorCode, HistoryItem, ReplayedPush, WireWatermark } from '@verbatim/protocol';

/** An event and its place in all that happened; `cur` is that place as text. */
export type Recorded = { readonly place: number; readonly push: ReplayedPush };
export type ModelUser = { readonly userId: string; readonly userName: string; readonly password: string };

type Room = {
  readonly conversationId: string;
  readonly kind: 'direct' | 'group';
  name?: string;
  readonly memberIds: Set<string>;
  readonly events: ReplayedPush[];
  readonly receipts: Map<string, WireWatermark>;
};

/** A refusal on purpose, with a code of the protocol. */
export class ModelRefusal extends Error {
  constructor(readonly code: ErrorCode) {
    super(errorCodes[code].meaning);
  }
}

type NewEvent<Name extends ReplayedPush['ev']> = Omit<
  Extract<ReplayedPush, { ev: Name }>['d'],
  'conversationId' | 'seq'
>;

/** Users, conversations and one log, in memory: just enough of the service for a client to talk to. */
export class ChatModel {
  readonly users: ModelUser[] = [];
  readonly log: Recorded[] = [];
  private readonly rooms = new Map<string, Room>();
  /** Told of every event after it is in the log. */
  onRecorded: (recorded: Recorded, memberIds: ReadonlySet<string>) => void = () => undefined;

  register(userName: string, password: string): ModelUser {
    if (this.users.some((user) => user.userName === userName)) throw new ModelRefusal('user-name-taken');
    const user = { userId: randomUUID(), userName, password };
    this.users.push(user);
    return user;
  }

  userNamed(userName: string): ModelUser {
    const user = this.users.find((one) => one.userName === userName);
    if (!user) throw new ModelRefusal('user-not-found');
    return user;
  }

  direct(userId: string, otherId: string): { conversationId: string; created: boolean } {
    for (const room of this.rooms.values()) {
      if (room.kind === 'direct' && room.memberIds.has(userId) && room.memberIds.has(otherId)) {
        return { conversationId: room.conversationId, created: false };
      }
    }
    const room = this.open('direct', [userId, otherId]);
    const participantIds = [userId, otherId];
    this.record(room, 'conversation.created', { kind: 'direct', participantIds, createdBy: userId });
    return { conversationId: room.conversationId, created: true };
  }

  group(creatorId: string, name: string, memberIds: readonly string[]): { conversationId: string; seq: number } {
    const room = this.open('group', [creatorId, ...memberIds]);
    room.name = name;
    const seq = this.record(room, 'group.created', { name, visibility: 'invite-only', creatorId, memberIds });
    return { conversationId: room.conversationId, seq };
  }

  addMember(conversationId: string, addedBy: string, userIds: readonly string[]): { seq: number } {
    const room = this.roomOf(conversationId, addedBy);
    for (const userId of userIds) room.memberIds.add(userId);
    return { seq: this.record(room, 'member.added', { userIds, addedBy }) };
  }

  send(senderId: string, conversationId: string, clientMsgId: string, body: string) {
    const room = this.roomOf(conversationId, senderId);
    const known = room.events.find((event) => event.ev === 'message.sent' && event.d.clientMsgId === clientMsgId);
    if (known?.ev === 'message.sent') return this.ackOf(known, true);
    const sentAt = new Date(Date.UTC(2026, 0, 1, 12, 0, room.events.length)).toISOString();
    const seq = this.record(room, 'message.sent', { messageId: randomUUID(), clientMsgId, senderId, body, sentAt });
    return this.ackOf(room.events[seq] as Extract<ReplayedPush, { ev: 'message.sent' }>, false);
  }

  advance(userId: string, conversationId: string, deliveredUpTo = -1, readUpTo = -1): WireWatermark {
    const room = this.roomOf(conversationId, userId);
    const before = room.receipts.get(userId);
    const read = Math.max(before?.readUpTo ?? -1, readUpTo);
    const delivered = Math.max(before?.deliveredUpTo ?? -1, deliveredUpTo, read);
    const after = { userId, deliveredUpTo: delivered, readUpTo: read };
    room.receipts.set(userId, after);
    return after;
  }

  receiptsAfter(userId: string, conversationId: string, after: string, limit: number) {
    const { memberIds, receipts } = this.roomOf(conversationId, userId);
    const later = [...memberIds].sort().filter((memberId) => memberId > after);
    const page = later.slice(0, limit);
    const marks = page.map(
      (memberId) => receipts.get(memberId) ?? { userId: memberId, deliveredUpTo: -1, readUpTo: -1 },
    );
    const last = later.length > limit ? page.at(-1) : undefined;
    return { receipts: marks, ...(last === undefined ? {} : { next: last }) };
  }

  eventsAfter(userId: string, conversationId: string, afterSeq: number, limit: number) {
    const room = this.roomOf(conversationId, userId);
    const events = room.events.slice(afterSeq + 1, afterSeq + 1 + limit);
    return { events, toSeq: afterSeq + events.length, headSeq: room.events.length - 1 };
  }

  history(userId: string, conversationId: string, bounds: { beforeSeq?: number; afterSeq?: number }, limit: number) {
    const { events } = this.roomOf(conversationId, userId);
    const end = Math.min(bounds.beforeSeq ?? events.length, events.length);
    const from = bounds.afterSeq === undefined ? Math.max(0, end - limit) : bounds.afterSeq + 1;
    const page = events.slice(from, bounds.afterSeq === undefined ? end : from + limit);
    const toSeq = from + page.length - 1;
    const items = page.flatMap(({ ev, d }) => (ev === 'hidden' ? [] : [{ ...d, type: ev } as HistoryItem]));
    const headSeq = events.length - 1;
    const range = { fromSeq: page.length === 0 ? -1 : from, toSeq: page.length === 0 ? -1 : toSeq };
    return { items, ...range, asOfSeq: headSeq, headSeq, hasMoreBefore: from > 0, hasMoreAfter: toSeq < headSeq };
  }

  entry(userId: string, conversationId: string): ConversationEntry {
    const room = this.roomOf(conversationId, userId);
    const { kind, name, events, memberIds, receipts } = room;
    const last = events.findLast((event) => event.ev === 'message.sent');
    return {
      conversationId,
      kind,
      ...(name === undefined ? {} : { name }),
      headSeq: events.length - 1,
      ...(last?.ev === 'message.sent' ? { lastMessage: { ...last.d, type: 'message.sent' as const } } : {}),
      readSeq: receipts.get(userId)?.readUpTo ?? -1,
      unread: 0,
      mentions: 0,
      members: [...memberIds].map((memberId) => ({ userId: memberId })),
      receipts: [...receipts.values()].filter((mark) => mark.userId !== userId),
    };
  }

  inbox(userId: string): ConversationEntry[] {
    const mine = [...this.rooms.values()].filter(({ memberIds }) => memberIds.has(userId));
    return mine.map(({ conversationId }) => this.entry(userId, conversationId));
  }

  members(userId: string, conversationId: string): ReadonlySet<string> {
    return this.roomOf(conversationId, userId).memberIds;
  }

  /** Everything of this user after the place, in order. */
  after(userId: string, place: number): Recorded[] {
    return this.log.filter(
      (recorded) =>
        recorded.place > place && this.rooms.get(recorded.push.d.conversationId)?.memberIds.has(userId) === true,
    );
  }

  private open(kind: Room['kind'], memberIds: readonly string[]): Room {
    const conversationId = randomUUID();
    const room = { conversationId, kind, memberIds: new Set(memberIds), events: [], receipts: new Map() };
    this.rooms.set(conversationId, room);
    return room;
  }

  private roomOf(conversationId: string, userId: string): Room {
    const room = this.rooms.get(conversationId);
    if (!room?.memberIds.has(userId)) throw new ModelRefusal('conversation-not-found');
    return room;
  }

  private record<Name extends ReplayedPush['ev']>(room: Room, ev: Name, facts: NewEvent<Name>): number {
    const seq = room.events.length;
    const place = this.log.length;
    const d = { conversationId: room.conversationId, seq, ...facts };
    const push = { ev, cur: String(place), d } as unknown as ReplayedPush;
    room.events.push(push);
    const recorded = { place, push };
    this.log.push(recorded);
    this.onRecorded(recorded, room.memberIds);
    return seq;
  }

  private ackOf({ d }: Extract<ReplayedPush, { ev: 'message.sent' }>, duplicate: boolean) {
    const { conversationId, messageId, seq, sentAt } = d;
    return { conversationId, messageId, seq, sentAt, duplicate };
  }
}
