import {
  type CommandId,
  type Revision,
  type User,
  type UserCommand,
  type UserEvent,
  type UserId,
  type UserRejection,
  decideUser,
  evolveUser,
  initialUser,
  userStream,
} from '@verbatim/domain';
import { type EventId, type EventStore, type EventToAppend, READ_PAGE_MAX_EVENTS } from '@verbatim/event-store';
import { fullJitterMs, pause, uuidV7 } from '@verbatim/platform';
import { appendUntilKnown } from '../conversation/writer/durable-append.js';
import type { Audit } from '../conversation/writer/write-request.js';

/** Tries against other writers of the same user before the command is answered `busy`. */
const CONFLICT_TRIES_MAX = 8;
const BACKOFF = { baseMs: 5, capMs: 1_000 };

export type UserOutcome =
  | { readonly outcome: 'applied'; readonly user: User }
  | { readonly outcome: 'rejected'; readonly rejection: UserRejection }
  | { readonly outcome: 'mismatch' }
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'refused'; readonly reason: 'log-full' | 'unavailable' }
  | { readonly outcome: 'unknown' };

type FoldedUser = { user: User; headRevision: number; readonly recorded: Map<CommandId, UserEvent> };

/**
 * Decides on a user's stream, folded anew each time: these streams are short and seldom written. A command id that is in
 * the stream is never decided again.
 */
export class UserStreams {
  constructor(private readonly store: EventStore) {}

  async run(userId: UserId, command: UserCommand, commandId: CommandId, audit: Audit): Promise<UserOutcome> {
    for (let attempt = 0; attempt < CONFLICT_TRIES_MAX; attempt++) {
      const folded = await this.fold(userId);
      const earlier = folded.recorded.get(commandId);
      if (earlier !== undefined) return isSameContent(command, earlier) ? applied(folded) : { outcome: 'mismatch' };
      const decision = decideUser(command, folded.user);
      if (decision.outcome === 'rejected') return decision;
      if (decision.event === null) return applied(folded);
      const toAppend = this.toAppend(userId, decision.event, commandId, command, audit);
      const { headRevision } = folded;
      const appended = await appendUntilKnown(this.store, userStream(userId), headRevision, [toAppend], Math.random);
      if (appended.outcome === 'appended') return { outcome: 'applied', user: evolveUser(folded.user, decision.event) };
      if (appended.outcome === 'unknown') return { outcome: 'unknown' };
      if (appended.outcome === 'refused') return appended;
      await pause(fullJitterMs(BACKOFF, attempt));
    }
    return { outcome: 'busy' };
  }

  private async fold(userId: UserId): Promise<FoldedUser> {
    const folded: FoldedUser = { user: initialUser(), headRevision: -1, recorded: new Map() };
    for (;;) {
      const from = (folded.headRevision + 1) as Revision;
      const { events } = await this.store.readStream(userStream(userId), { from, maxCount: READ_PAGE_MAX_EVENTS });
      for (const { event, metadata, revision } of events) {
        folded.user = evolveUser(folded.user, event as UserEvent);
        folded.recorded.set(metadata.commandId, event as UserEvent);
        folded.headRevision = revision;
      }
      if (events.length < READ_PAGE_MAX_EVENTS) return folded;
    }
  }

  private toAppend(
    actorId: UserId,
    event: UserEvent,
    commandId: CommandId,
    { context }: UserCommand,
    audit: Audit,
  ): EventToAppend<UserEvent> {
    const metadata = { ...audit, actorId, commandId, causationId: null, recordedAt: context.now };
    return { eventId: uuidV7() as EventId, event, metadata };
  }
}

const applied = ({ user }: FoldedUser): UserOutcome => ({ outcome: 'applied', user });

/** Only the profile is changed by a command that a client names; the ids of all others are minted for one use. */
const isSameContent = (command: UserCommand, event: UserEvent): boolean =>
  command.type !== 'UpdateProfile' ||
  (event.type === 'ProfileUpdated' && event.data.displayName === command.data.displayName);
