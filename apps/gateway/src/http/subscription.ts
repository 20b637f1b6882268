import type { OperationCall } from '@verbatim/http-edge';
import type { Actor } from '@verbatim/identity';
import { OperationError } from '../command/operation-error.js';
import type { Connected } from '../delivery/connector.js';
import type { CursorCodec } from '../delivery/cursor.js';
import type { Membership } from '../delivery/membership.js';
import { Subscriber, type Sink } from '../delivery/subscriber.js';
import type { Connection, SessionDirectory } from '../session/session-directory.js';
import type { SessionAuthority } from '../session/session-authority.js';

export type SubscriptionParts = {
  readonly directory: SessionDirectory;
  readonly authority: SessionAuthority;
  readonly membership: Membership;
  readonly cursors: CursorCodec;
};
/** A subscriber over HTTP, connected to the log; `leave` takes it off again. */
export type HttpSubscription = {
  readonly subscriber: Subscriber;
  readonly connected: Connected;
  readonly leave: () => void;
};

let subscriptions = 0;

/** The same steps as a socket's `auth`: register, ask whether the session is active, connect. */
export const subscribe = async (
  { directory, authority, membership, cursors }: SubscriptionParts,
  actor: Actor,
  sink: Sink,
  cursor: string | null,
): Promise<HttpSubscription> => {
  const decoded = cursor === null ? null : cursors.decode(cursor);
  if (decoded?.ok === false && decoded.reason === 'bad-cursor') throw new OperationError('bad-cursor');
  const subscriber = new Subscriber(`http-${(subscriptions += 1)}`, actor, sink);
  const connection: Connection = { actor, isSocket: false, end: (reason) => subscriber.end(reason) };
  if (!directory.register(connection)) throw new OperationError('too-many-sessions');
  const leave = (): void => {
    directory.remove(connection);
    membership.detach(subscriber);
  };
  try {
    if (!(await authority.isActive(actor))) throw new OperationError('session-ended');
    const connected = await membership.attach(subscriber, cursor);
    if (subscriber.isOver) throw endOf(subscriber);
    if (connected.outcome === 'try-later') throw new OperationError('overloaded');
    return { subscriber, connected, leave };
  } catch (error) {
    leave();
    throw error;
  }
};

/** What a call is answered whose subscriber was ended: more came than could be held back, or the session is over. */
export const endOf = ({ endedBy }: Subscriber): OperationError =>
  new OperationError(endedBy === 'resync-required' ? 'overloaded' : 'session-ended');

/** The actor of a call that http-edge has authenticated. */
export const actorOf = ({ actor }: OperationCall): Actor => {
  if (actor === null) throw new OperationError('not-authenticated');
  return actor;
};
