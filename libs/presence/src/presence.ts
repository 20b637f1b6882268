/** What one process knows of a user: his open connections and when the last one closed. Opaque ids. */
export type PresenceEntry = {
  readonly connectionIds: ReadonlySet<string>;
  /** Instant of the last sign of life that ended a connection, ms since the epoch; null when none has ended yet. */
  readonly lastSeenAtMs: number | null;
};

export const nobodySeen: PresenceEntry = Object.freeze({ connectionIds: new Set<string>(), lastSeenAtMs: null });

export const afterJoin = (entry: PresenceEntry, connectionId: string): PresenceEntry =>
  entry.connectionIds.has(connectionId)
    ? entry
    : { ...entry, connectionIds: new Set([...entry.connectionIds, connectionId]) };

/** A connection that is not there changes nothing but the last sign of life, which only moves forward. */
export const afterLeave = (entry: PresenceEntry, connectionId: string, atMs: number): PresenceEntry => {
  const connectionIds = new Set(entry.connectionIds);
  connectionIds.delete(connectionId);
  return { connectionIds, lastSeenAtMs: laterOf(entry.lastSeenAtMs, atMs) };
};

/** What two nodes know of one user, put together. Commutative, associative, idempotent. */
export const mergeEntries = (one: PresenceEntry, other: PresenceEntry): PresenceEntry => ({
  connectionIds: new Set([...one.connectionIds, ...other.connectionIds]),
  lastSeenAtMs: laterOf(one.lastSeenAtMs, other.lastSeenAtMs),
});

const laterOf = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);
