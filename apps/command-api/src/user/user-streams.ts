import {
  type CommandId,
  type Seq,
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
import {
  type Aggregate,
  type Decided,
  type EventId,
  type EventStore,
  type EventToAppend,
  transact,
} from '@verbatim/event-store';
import { uuidV7 } from '@verbatim/platform';
import type { Audit } from '../conversation/writer/write-request.js';

type Decision =
  | { readonly outcome: 'applied'; readonly user: User }
  | { readonly outcome: 'rejected'; readonly rejection: UserRejection }
  /** The id was used for another content. */
  | { readonly outcome: 'mismatch' };
export type UserOutcome =
  | Decision
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'refused'; readonly reason: 'log-full' | 'unavailable' }
  | { readonly outcome: 'unknown' };

type FoldedUser = { user: User; readonly recorded: Map<CommandId, UserEvent> };

/**
 * Decides on a user's stream, folded anew each time: these streams are short and seldom written. A command id that is in
 * the stream is never decided again. Commands of one user wait for each other, so that they do not conflict here.
 */
export class UserStreams {
  private readonly turns = new Map<UserId, Promise<void>>();

  constructor(private readonly store: EventStore) {}

  async run(userId: UserId, command: UserCommand, commandId: CommandId, audit: Audit): Promise<UserOutcome> {
    const before = this.turns.get(userId);
    const { promise: turn, resolve: pass } = Promise.withResolvers<void>();
    this.turns.set(userId, turn);
    await before;
    try {
      return await this.decideAndAppend(userId, command, commandId, audit);
    } finally {
      if (this.turns.get(userId) === turn) this.turns.delete(userId);
      pass();
    }
  }

  private async decideAndAppend(
    userId: UserId,
    command: UserCommand,
    commandId: CommandId,
    audit: Audit,
  ): Promise<UserOutcome> {
    const outcome = await transact(this.store, userStream(userId), aggregate, (folded) =>
      decide(folded, command, commandId, { ...audit, actorId: userId }),
    );
    return outcome.outcome === 'done' ? outcome.result : outcome;
  }
}

const aggregate: Aggregate<FoldedUser, UserEvent> = {
  initial: () => ({ user: initialUser(), recorded: new Map() }),
  evolve: (folded, event, _seq: Seq, { commandId }) => {
    folded.user = evolveUser(folded.user, event);
    folded.recorded.set(commandId, event);
    return folded;
  },
};

const decide = (
  { user, recorded }: FoldedUser,
  command: UserCommand,
  commandId: CommandId,
  audit: Audit & { readonly actorId: UserId },
): Decided<UserEvent, Decision> => {
  const earlier = recorded.get(commandId);
  if (earlier !== undefined) return nothing(isSameContent(command, earlier) ? { outcome: 'applied', user } : mismatch);
  const decision = decideUser(command, user);
  if (decision.outcome === 'rejected') return nothing(decision);
  const { event } = decision;
  if (event === null) return nothing({ outcome: 'applied', user });
  const metadata = { ...audit, commandId, causationId: null, recordedAt: command.context.now };
  const toAppend: EventToAppend<UserEvent> = { eventId: uuidV7() as EventId, event, metadata };
  return { events: [toAppend], result: { outcome: 'applied', user: evolveUser(user, event) } };
};

const mismatch: Decision = { outcome: 'mismatch' };
const nothing = (result: Decision): Decided<UserEvent, Decision> => ({ events: [], result });

/** Only the profile is changed by a command that a client names; the ids of all others are minted for one use. */
const isSameContent = (command: UserCommand, event: UserEvent): boolean =>
  command.type !== 'UpdateProfile' ||
  (event.type === 'ProfileUpdated' && event.data.displayName === command.data.displayName);
