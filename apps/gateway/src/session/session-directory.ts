import type { CloseReason } from '@verbatim/protocol';
import type { Actor } from '@verbatim/identity';

/** A connection that belongs to a session, whatever carries it. */
export interface Connection {
  readonly actor: Actor;
  /** One per session: a newer one replaces the older. Streams and polls are not. */
  readonly isSocket: boolean;
  end(reason: CloseReason): void;
}

/** Connections of this gateway by user. A connection is here before its session is asked to be active: no revocation slips by. */
export class SessionDirectory {
  readonly #byUser = new Map<string, Set<Connection>>();

  constructor(private readonly connectionsPerUserMax: number) {}

  /** False when the user has as many connections as allowed. The older socket of the same session gives way. */
  register(connection: Connection): boolean {
    const { userId, sessionId } = connection.actor;
    const connections = this.#byUser.get(userId) ?? new Set<Connection>();
    const older = connection.isSocket
      ? [...connections].find(({ actor, isSocket }) => isSocket && actor.sessionId === sessionId)
      : undefined;
    if (older === undefined && connections.size >= this.connectionsPerUserMax) return false;
    connections.add(connection);
    this.#byUser.set(userId, connections);
    older?.end('replaced');
    return true;
  }

  remove(connection: Connection): void {
    const { userId } = connection.actor;
    const connections = this.#byUser.get(userId);
    if (connections === undefined) return;
    connections.delete(connection);
    if (connections.size === 0) this.#byUser.delete(userId);
  }

  of(userId: string): readonly Connection[] {
    return [...(this.#byUser.get(userId) ?? [])];
  }
}
