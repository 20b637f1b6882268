import type { CommandId, ConversationId, GroupVisibility, Seq, UserId } from '@verbatim/domain';
import type { EventId, Position } from '@verbatim/event-store';

/** Last position that a projection has durably handled, with that event's id so that a cursor can name it. */
export type Checkpoint = { readonly position: Position; readonly eventId: EventId };

export type ProjectionName = 'timeline-v1' | 'inbox-v1' | 'membership-v1' | 'users-v1' | 'message-ids-v1';

/** `toSeq` is the seq of the removal or departure (the last one the member may see), null while a member. */
export type Membership = {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly role: 'owner' | 'member';
  /** Seq of the event that made the user a member, latest interval. */
  readonly sinceSeq: Seq;
  readonly intervals: readonly { readonly fromSeq: Seq; readonly toSeq: Seq | null }[];
};

export interface MembershipQueries {
  /** All conversations that the user is or was in, with the checkpoint (read before the documents) they are complete to. */
  ofUser(userId: UserId): Promise<{ readonly memberships: readonly Membership[]; readonly asOf: Checkpoint | null }>;
  ofUserIn(userId: UserId, conversationId: ConversationId): Promise<Membership | null>;
  /** Current members by user id, `after` exclusive, at most `limit`. */
  page(conversationId: ConversationId, after: UserId | null, limit: number): Promise<readonly Membership[]>;
}

export type HistoryRange =
  | { readonly kind: 'newest' }
  | { readonly kind: 'before'; readonly seq: number }
  | { readonly kind: 'after'; readonly seq: number };

/** Items oldest first, each already JSON text: `{"type":"message.sent","conversationId":…,"seq":…,…}`. */
export type HistoryPage = {
  readonly itemTexts: readonly string[];
  /** The range of seqs that the page covers, items or not; -1 when it covers nothing. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** Seq that the timeline is folded to for this conversation. */
  readonly asOfSeq: number;
  /** Head as this caller may know it (the removal's seq for a former member). */
  readonly headSeq: number;
  readonly hasMoreBefore: boolean;
  readonly hasMoreAfter: boolean;
};
export interface TimelineQueries {
  /** Null: the caller never was a member, as far as the read model knows. Shows nothing above his visibility. */
  page(userId: UserId, conversationId: ConversationId, range: HistoryRange, limit: number): Promise<HistoryPage | null>;
}

export type InboxEntry = {
  readonly conversationId: ConversationId;
  readonly kind: 'direct' | 'group';
  readonly name?: string;
  readonly visibility?: GroupVisibility;
  /** Both sides of a direct conversation; the number of members only, for a group. */
  readonly memberIds?: readonly UserId[];
  readonly memberCount: number;
  readonly role: 'owner' | 'member';
  readonly headSeq: number;
  /** JSON text of the last message's item, null when there is none that the caller may see. */
  readonly lastMessageText: string | null;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly unread: number;
  readonly unreadCapped: boolean;
  readonly leftAtSeq?: number;
  /** The other side's watermarks in a direct conversation: ticks after a reload. */
  readonly peerReceipt?: { readonly userId: UserId; readonly deliveredUpTo: number; readonly readUpTo: number };
};
export interface InboxQueries {
  /**
   * Newest activity first; `after` is the opaque `next` of the page before. `asOf` is the lowest checkpoint, read before
   * the documents, of the projections that the answer is built from.
   * @throws BadPageMarkError
   */
  page(
    userId: UserId,
    after: string | null,
    limit: number,
  ): Promise<{
    readonly entries: readonly InboxEntry[];
    readonly next: string | null;
    readonly asOf: Checkpoint | null;
  }>;
  entry(userId: UserId, conversationId: ConversationId): Promise<InboxEntry | null>;
  /** Watermarks of the current members by user id, `after` exclusive, at most `limit`; -1 where nothing is known. */
  receipts(
    conversationId: ConversationId,
    after: UserId | null,
    limit: number,
  ): Promise<readonly { readonly userId: UserId; readonly deliveredUpTo: number; readonly readUpTo: number }[]>;
}

export type UserProfile = { readonly userId: UserId; readonly userName: string; readonly displayName: string };
export interface UserQueries {
  byId(userId: UserId): Promise<UserProfile | null>;
  byName(userName: string): Promise<UserProfile | null>;
  byIds(userIds: readonly UserId[]): Promise<readonly UserProfile[]>;
}

export interface MessageIdsQueries {
  /** Seq that the pair maps to, or null; `completeToSeq` (-1: nothing) is read before the lookup. */
  find(
    conversationId: ConversationId,
    actorId: UserId,
    commandId: CommandId,
  ): Promise<{ readonly seq: Seq | null; readonly completeToSeq: number }>;
  /** Every pair at or below this seq is in the index; -1: nothing. */
  completeToSeq(conversationId: ConversationId): Promise<number>;
}

/** The query side of every read model. Rebuildable from the log at any time. */
export interface ReadModels {
  readonly membership: MembershipQueries;
  readonly timeline: TimelineQueries;
  readonly inbox: InboxQueries;
  readonly users: UserQueries;
  readonly messageIds: MessageIdsQueries;
  /** Checkpoint of the active generation of one projection; null before the first event. */
  checkpoint(projection: ProjectionName): Promise<Checkpoint | null>;
  /** Resolves when every named projection has passed `position`, or with false after `timeoutMs`. */
  waitUntil(projections: readonly ProjectionName[], position: Position, timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}
