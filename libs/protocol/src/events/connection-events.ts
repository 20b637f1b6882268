import type { HelloLimits } from '../limits.js';
import type { Instant, PresenceStatus } from '../wire-values.js';

export type TypingData = { readonly conversationId: string; readonly userId: string; readonly typing: boolean };
/** `unknown` when nobody can say, which is not `offline`. */
export type PresenceData = {
  readonly userId: string;
  readonly status: PresenceStatus;
  readonly lastSeenAt?: Instant;
};

export type HelloData = {
  readonly heartbeatMs: number;
  readonly authTimeoutMs: number;
  /** Versions that the server speaks. */
  readonly protocol: readonly number[];
  readonly limits: HelloLimits;
};
/** `cursor`: the place that the replay ends at. */
export type SyncedData = { readonly cursor: string };
/** Both ends included. */
export type GapData = { readonly conversationId: string; readonly fromSeq: number; readonly toSeq: number };
export const resetReasons = [
  'bad-cursor',
  'other-epoch',
  'ahead-of-log',
  'too-many-events',
  'too-many-conversations',
] as const;
export type ResetReason = (typeof resetReasons)[number];
export type ResetData = { readonly reason: ResetReason };
/** Wait so long before the reconnect: random per client. */
export type GoawayData = { readonly afterMs: number };
export type TokenExpiringData = { readonly expiresAt: Instant };

export type EphemeralEvents = { typing: TypingData; presence: PresenceData };
export type ConnectionEvents = {
  hello: HelloData;
  synced: SyncedData;
  gap: GapData;
  reset: ResetData;
  goaway: GoawayData;
  'token.expiring': TokenExpiringData;
};
