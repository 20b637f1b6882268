/** From the first byte to a connection that takes commands. */
export const CONNECT_LIMIT_MS = 3_000;
/** A command that has no answer by then fails. When nothing at all was answered meanwhile, the connection is given up. */
export const COMMAND_LIMIT_MS = 500;
/** Commands that wait for their answer; one more fails at once. */
export const WAITING_COMMANDS_MAX = 10_000;
/** An idle connection is asked this often whether it is still one. */
export const PING_INTERVAL_MS = 5_000;
/** Between two attempts to come back: random up to 50 ms · 2ⁿ, at most this. */
export const RECONNECT_CAP_MS = 2_000;
export const RECONNECT_BASE_MS = 50;
/** Channels in one command, when all are listened to again. */
export const CHANNELS_PER_COMMAND = 1_000;
/** Oldest version that is known to work. */
export const VERSION_MIN = { major: 7, minor: 0 } as const;
