import type { SignalRelay } from './signal-relay.js';

/** `unknown` when nobody can say: the registry does not answer. It is not `offline`. */
export type PresenceStatus = 'online' | 'offline' | 'unknown';

export type UserPresence = {
  readonly userId: string;
  readonly status: PresenceStatus;
  /** Ms since the epoch; null while online, and when nothing is known. */
  readonly lastSeenAtMs: number | null;
};
export type PresenceListener = (change: UserPresence) => void;

/** The gateways that hold connections of a user, by id, and for which of his devices. Null when nobody can say. */
export type UserSessions = {
  readonly userId: string;
  readonly gateways: readonly { readonly gatewayId: string; readonly deviceIds: readonly string[] }[] | null;
};

/** Who is online, and where. Ephemeral: nothing of it is stored, all of it can be told anew by those who hold the connections. */
export interface PresenceRegistry {
  /** What is as ephemeral as presence, as typing, for those at other gateways. */
  readonly signals: SignalRelay;
  /** Whether users may be online elsewhere. */
  readonly isShared: boolean;
  /** False while nothing can be known of other gateways. Delivery does not depend on it, nor should readiness. */
  readonly isUp: boolean;
  /** A connection of the user to this process is live. The same id twice is one connection. */
  connected(userId: string, connectionId: string, deviceId: string): void;
  /** It is gone. The user is offline once all of his are, everywhere, and stayed so for the grace. */
  disconnected(userId: string, connectionId: string): void;
  /** In the order asked. Never rejects: what cannot be told is `unknown`. */
  statusOf(userIds: readonly string[]): Promise<readonly UserPresence[]>;
  /** The session registry: in the order asked. Never rejects. */
  whereAre(userIds: readonly string[]): Promise<readonly UserSessions[]>;
  /** Changes of this user are wanted wherever he is connected. Twice is once. */
  watch(userId: string): void;
  unwatch(userId: string): void;
  /**
   * Calls back on changes of the users who are connected here or watched. A change may be told late and, when the registry was out of
   * reach, only as what is so afterwards. Returns the way to stop it.
   */
  subscribe(listener: PresenceListener): () => void;
  /** Calls back when the last connection of a user to this process is gone for the grace, wherever else he is. */
  onLeft(listener: (userId: string) => void): void;
  /** To be called about once a second by whoever runs the registry: graces end here. */
  tick(): void;
  close(): Promise<void>;
}

/** A user whose last connection closed is online for this long still, so that a reconnect does not flicker. */
export const PRESENCE_OFFLINE_GRACE_MS = 5_000;
