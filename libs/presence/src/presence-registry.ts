/** `unknown` when nobody can say: the registry does not answer. It is not `offline`. */
export type PresenceStatus = 'online' | 'offline' | 'unknown';

export type UserPresence = {
  readonly userId: string;
  readonly status: PresenceStatus;
  /** Ms since the epoch; null while online, and when nothing is known. */
  readonly lastSeenAtMs: number | null;
};
export type PresenceListener = (change: UserPresence) => void;

/** Who is online. Ephemeral: nothing of it is stored, all of it is lost with the process. */
export interface PresenceRegistry {
  /** A connection of the user is live. The same id twice is one connection. */
  connected(userId: string, connectionId: string): void;
  /** It is gone. The user is offline once all of his are, and stayed so for the grace. */
  disconnected(userId: string, connectionId: string): void;
  /** In the order asked. Never rejects: what cannot be told is `unknown`. */
  statusOf(userIds: readonly string[]): Promise<readonly UserPresence[]>;
  /** Calls back on every change from online to offline or back. Returns the way to stop it. */
  subscribe(listener: PresenceListener): () => void;
  /** To be called about once a second by whoever runs the registry: graces end here. */
  tick(): void;
  close(): Promise<void>;
}

/** A user whose last connection closed is online for this long still, so that a reconnect does not flicker. */
export const PRESENCE_OFFLINE_GRACE_MS = 5_000;
