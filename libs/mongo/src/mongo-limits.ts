/** How long a start waits for the server, over all attempts. */
export const MONGO_START_MAX_MS = 5_000;
/** Longest wait for one call at the edge, its retries included: what sends and logins wait for has to fail within 2 s. */
export const MONGO_CALL_MAX_MS = 1_500;
/** Wait for a server to become known; also how long a call waits while there is none. */
export const MONGO_SERVER_SELECTION_MAX_MS = 1_000;
/** Opening one socket, TLS and credentials included; also the limit of the driver's own health checks. */
export const MONGO_CONNECT_MAX_MS = 1_000;
/** Between two health checks: a server that hangs is known after this and `MONGO_CONNECT_MAX_MS` at the latest. */
export const MONGO_HEARTBEAT_INTERVAL_MS = 2_000;
/** Sockets of one client. Calls beyond wait for one to come free. */
export const MONGO_POOL_MAX_SOCKETS = 32;
/** The replica set's majority has to confirm a write within this; the call's own limit applies too. */
export const MONGO_WRITE_CONCERN_MAX_MS = 1_000;
/** MongoDB 5.0. */
export const MONGO_MIN_WIRE_VERSION = 13;
