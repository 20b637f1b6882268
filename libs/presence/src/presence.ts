/** What one process knows of a user: his open connections, and when the last one closed. Opaque ids. */
export type PresenceEntry = {
  /** Device by connection. */
  readonly connections: ReadonlyMap<string, string>;
  /** Instant of the last sign of life that ended a connection, ms since the epoch; null when none has ended yet. */
  readonly lastSeenAtMs: number | null;
};

export const nobodySeen: PresenceEntry = Object.freeze({ connections: new Map<string, string>(), lastSeenAtMs: null });

export const afterJoin = (entry: PresenceEntry, connectionId: string, deviceId: string): PresenceEntry =>
  entry.connections.has(connectionId)
    ? entry
    : { ...entry, connections: new Map([...entry.connections, [connectionId, deviceId]]) };

/** A connection that is not there changes nothing but the last sign of life, which only moves forward. */
export const afterLeave = (entry: PresenceEntry, connectionId: string, atMs: number): PresenceEntry => {
  const connections = new Map(entry.connections);
  connections.delete(connectionId);
  return { connections, lastSeenAtMs: Math.max(entry.lastSeenAtMs ?? atMs, atMs) };
};

/** Each device once, sorted: the same devices are the same list. */
export const devicesOf = ({ connections }: PresenceEntry): readonly string[] =>
  [...new Set(connections.values())].sort();
