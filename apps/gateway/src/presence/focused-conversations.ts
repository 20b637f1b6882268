import type { ConversationId, UserId } from '@verbatim/domain';
import type { PresenceRegistry } from '@verbatim/presence';
import type { ReadModels } from '@verbatim/read-models';
import type { Audience } from '../delivery/audience.js';
import type { LogPlace } from '../delivery/log-place.js';

type Parts = {
  readonly presence: Pick<PresenceRegistry, 'isShared' | 'signals' | 'unwatch' | 'watch'>;
  readonly readModels: Pick<ReadModels, 'membership' | 'waitUntil'>;
  readonly audience: Audience;
  readonly placeOf: () => LogPlace;
};
type Followed = { readonly members: Set<UserId>; readonly left: Set<UserId>; loaded: Promise<void> };

/** Members of one conversation whose presence elsewhere is followed; `presence.get` answers for the others. */
export const WATCHED_MEMBERS_MAX = 200;
/** So long the members' read model may take to be as new as this gateway. */
const MEMBERS_WAIT_MAX_MS = 1_000;
const NOBODY: ReadonlySet<never> = new Set<never>();

/**
 * What this gateway wants to hear from the others: the signals of the conversations that are focused here, and the presence of their
 * members. Whoever leaves a conversation in the log is no longer watched for it. Alone in its process a gateway needs none of this.
 */
export class FocusedConversations {
  readonly #followed = new Map<ConversationId, Followed>();
  readonly #conversationsByUser = new Map<UserId, Set<ConversationId>>();
  readonly #unsettled = new Set<ConversationId>();

  constructor(private readonly parts: Parts) {}

  /** The first connection focuses the conversation, or none does any more; what comes of it is decided when the turn is over. */
  changed(conversationId: ConversationId): void {
    if (!this.parts.presence.isShared) return;
    if (this.#unsettled.size === 0) queueMicrotask(() => this.#settle());
    this.#unsettled.add(conversationId);
  }

  membersChanged(conversationId: ConversationId, joined: readonly UserId[], left: readonly UserId[]): void {
    const followed = this.#followed.get(conversationId);
    if (followed === undefined) return;
    for (const userId of joined) {
      followed.left.delete(userId);
      this.#watch(conversationId, followed, userId);
    }
    for (const userId of left) {
      followed.left.add(userId);
      this.#unwatch(conversationId, followed, userId);
    }
  }

  /** Resolves when the members of the conversations are watched, as far as they can be known. */
  async loaded(conversationIds: readonly ConversationId[]): Promise<void> {
    this.#settle();
    await Promise.all(conversationIds.flatMap((conversationId) => this.#followed.get(conversationId)?.loaded ?? []));
  }

  membersOf(conversationId: ConversationId): ReadonlySet<UserId> {
    return this.#followed.get(conversationId)?.members ?? NOBODY;
  }

  conversationsOf(userId: UserId): ReadonlySet<ConversationId> {
    return this.#conversationsByUser.get(userId) ?? NOBODY;
  }

  #settle(): void {
    for (const conversationId of this.#unsettled) {
      const isFocused = (this.parts.audience.room(conversationId)?.focusers.size ?? 0) > 0;
      const followed = this.#followed.get(conversationId);
      if (isFocused && followed === undefined) this.#follow(conversationId);
      if (!isFocused && followed !== undefined) this.#unfollow(conversationId, followed);
    }
    this.#unsettled.clear();
  }

  #follow(conversationId: ConversationId): void {
    this.parts.presence.signals.follow(conversationId);
    const followed: Followed = { members: new Set(), left: new Set(), loaded: Promise.resolve() };
    this.#followed.set(conversationId, followed);
    // Presence is best effort: whoever focuses the conversation next asks again.
    followed.loaded = this.#load(conversationId, followed).catch(() => {});
  }

  #unfollow(conversationId: ConversationId, followed: Followed): void {
    this.parts.presence.signals.unfollow(conversationId);
    this.#followed.delete(conversationId);
    for (const userId of followed.members) this.#unwatch(conversationId, followed, userId);
  }

  /** The read model is at least as new as the place that this gateway has applied; who leaves from here on is remembered. */
  async #load(conversationId: ConversationId, followed: Followed): Promise<void> {
    const { readModels, placeOf } = this.parts;
    const position = placeOf()?.position;
    if (position !== undefined && !(await readModels.waitUntil(['membership-v1'], position, MEMBERS_WAIT_MAX_MS)))
      return;
    const members = await readModels.membership.page(conversationId, null, WATCHED_MEMBERS_MAX);
    if (this.#followed.get(conversationId) !== followed) return;
    for (const { userId } of members) if (!followed.left.has(userId)) this.#watch(conversationId, followed, userId);
  }

  #watch(conversationId: ConversationId, { members }: Followed, userId: UserId): void {
    if (members.has(userId) || members.size >= WATCHED_MEMBERS_MAX) return;
    members.add(userId);
    let conversations = this.#conversationsByUser.get(userId);
    if (conversations === undefined) {
      this.#conversationsByUser.set(userId, (conversations = new Set()));
      this.parts.presence.watch(userId);
    }
    conversations.add(conversationId);
  }

  #unwatch(conversationId: ConversationId, { members }: Followed, userId: UserId): void {
    if (!members.delete(userId)) return;
    const conversations = this.#conversationsByUser.get(userId);
    if (!conversations?.delete(conversationId) || conversations.size > 0) return;
    this.#conversationsByUser.delete(userId);
    this.parts.presence.unwatch(userId);
  }
}
