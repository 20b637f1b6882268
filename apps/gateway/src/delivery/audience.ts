import type { ConversationId, UserId } from '@verbatim/domain';
import type { Outgoing, LogEvent } from './outgoing.js';
import type { Subscriber } from './subscriber.js';

/** A user with a connection to this gateway, or who had one a moment ago. */
export class LocalUser {
  readonly subscribers = new Set<Subscriber>();
  readonly rooms = new Set<Room>();

  constructor(readonly userId: UserId) {}
}

/** Told when the first connection focuses a conversation, and when none does any more. */
export type FocusListener = (conversationId: ConversationId) => void;

const NOBODY: ReadonlySet<Subscriber> = new Set();

/** The members of one conversation who are local, as of the place in the log that the gateway has applied. */
export class Room {
  readonly members = new Set<LocalUser>();
  /** Connections that asked for typing, presence and read detail; null before the first of them. */
  #focusers: Set<Subscriber> | null = null;
  /** Told from the pair of its members when first needed; see `isDirectBetween`. */
  isDirect: boolean | null = null;

  constructor(
    readonly conversationId: ConversationId,
    private readonly onFocusChange: FocusListener,
  ) {}

  get focusers(): ReadonlySet<Subscriber> {
    return this.#focusers ?? NOBODY;
  }

  focus(subscriber: Subscriber): void {
    this.#focusers ??= new Set();
    this.#focusers.add(subscriber);
    if (this.#focusers.size === 1) this.onFocusChange(this.conversationId);
  }

  unfocus(subscriber: Subscriber): void {
    if (this.#focusers?.delete(subscriber) && this.#focusers.size === 0) this.onFocusChange(this.conversationId);
  }

  deliver(event: LogEvent): number {
    let deliveries = 0;
    for (const { subscribers } of this.members) {
      for (const subscriber of subscribers) subscriber.push(event);
      deliveries += subscribers.size;
    }
    return deliveries;
  }

  /** To those who focus the conversation, but for the user whom it is about. */
  notifyFocusers(push: Outgoing, except: UserId): void {
    for (const subscriber of this.focusers) if (subscriber.userId !== except) subscriber.notify(push);
  }
}

/** The index conversation → local connections. Only the log's own membership events change who is in a room. */
export class Audience {
  readonly #users = new Map<UserId, LocalUser>();
  readonly #rooms = new Map<ConversationId, Room>();

  constructor(private readonly onFocusChange: FocusListener = () => {}) {}

  get rooms(): number {
    return this.#rooms.size;
  }

  room(conversationId: ConversationId): Room | undefined {
    return this.#rooms.get(conversationId);
  }

  user(userId: UserId): LocalUser | undefined {
    return this.#users.get(userId);
  }

  /** Makes a user local. `conversationIds` are his present conversations as of the applied place, nothing older. */
  admit(userId: UserId, conversationIds: Iterable<ConversationId>): LocalUser {
    let user = this.#users.get(userId);
    if (user !== undefined) return user;
    user = new LocalUser(userId);
    this.#users.set(userId, user);
    for (const conversationId of conversationIds) this.#enter(user, conversationId);
    return user;
  }

  /** Forgets a user who has no connection left. */
  dismiss(userId: UserId): void {
    const user = this.#users.get(userId);
    if (user === undefined || user.subscribers.size > 0) return;
    this.#users.delete(userId);
    for (const room of user.rooms) this.#leave(user, room);
  }

  joined(conversationId: ConversationId, userIds: readonly UserId[]): void {
    for (const userId of userIds) {
      const user = this.#users.get(userId);
      if (user !== undefined) this.#enter(user, conversationId);
    }
  }

  left(conversationId: ConversationId, userIds: readonly UserId[]): void {
    for (const userId of userIds) {
      const user = this.#users.get(userId);
      const room = this.#rooms.get(conversationId);
      if (user !== undefined && room?.members.has(user)) this.#leave(user, room);
    }
  }

  isMember(userId: UserId, conversationId: ConversationId): boolean {
    const user = this.#users.get(userId);
    return user !== undefined && this.#rooms.get(conversationId)?.members.has(user) === true;
  }

  /** Replaces the focus of a connection; conversations that its user is no member of are passed over. */
  focus(subscriber: Subscriber, conversationIds: readonly ConversationId[]): void {
    const user = this.#users.get(subscriber.userId);
    if (user === undefined || subscriber.isOver) return;
    for (const room of user.rooms) room.unfocus(subscriber);
    for (const conversationId of conversationIds) {
      const room = this.#rooms.get(conversationId);
      if (room?.members.has(user)) room.focus(subscriber);
    }
  }

  #enter(user: LocalUser, conversationId: ConversationId): void {
    let room = this.#rooms.get(conversationId);
    if (room === undefined) this.#rooms.set(conversationId, (room = new Room(conversationId, this.onFocusChange)));
    room.members.add(user);
    user.rooms.add(room);
  }

  #leave(user: LocalUser, room: Room): void {
    room.members.delete(user);
    user.rooms.delete(room);
    for (const subscriber of user.subscribers) room.unfocus(subscriber);
    if (room.members.size === 0) this.#rooms.delete(room.conversationId);
  }
}
