/** A gateway that does not renew its lease for so long is gone, and its users with it. Measured by Redis's clock alone. */
export const LEASE_TTL_MS = 30_000;
export const LEASE_RENEWED_EVERY_MS = 10_000;
/**
 * After a beginning, or a comeback, of Redis the gateways need a moment to tell who is there. So long an absence proves nothing: the
 * answer is `unknown`, and nobody is swept. Covers RECONNECT_CAP_MS of libs/redis and the telling.
 */
export const SETTLING_MS = 15_000;
/** A gateway that stops in order leaves its users so long to come back elsewhere before they are offline. */
export const CLOSING_GRACE_MS = 10_000;
/** What nobody renews leaves Redis by itself. */
export const USER_KEY_TTL_MS = 3_600_000;
/** Every user here is written again at least this often, should Redis have dropped his key. */
export const REWRITTEN_WITHIN_S = 600;
/** How long Redis remembers when somebody was last seen: 30 days. */
export const SEEN_TTL_MS = 2_592_000_000;
/** Channels that changes are spread over; a gateway listens to those of the users whom it watches. */
export const SHARDS = 64;
/** Users of one script: about a millisecond of Redis. */
export const USERS_PER_SCRIPT = 250;
/** Scripts of telling on their way at once; the rest waits its turn, so that a crowd is not taken for a Redis that hangs. */
export const WRITES_IN_FLIGHT_MAX = 8;
/** Between two attempts to tell a Redis that answers but refuses. */
export const REGISTER_EVERY_MS = 5_000;
