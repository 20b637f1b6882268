/** An append that is not answered within this is `unknown`, ms. The client itself would wait for ever. */
export const APPEND_TIMEOUT_MS = 2_000;
/** How often an append that names no revision looks for the head again, after another writer was faster. */
export const UNPLACED_RETRIES_MAX = 8;
/**
 * What an append tells the server, which compares it with its own clock, ms. Much longer than our own time, so that clocks that
 * differ do not make every append late.
 */
export const APPEND_DEADLINE_MS = 60_000;
/** A page that is not read within this fails, ms. */
export const READ_TIMEOUT_MS = 5_000;
/** How often a page is asked for while the server is away or not the leader. */
export const READ_ATTEMPTS_MAX = 3;
export const READ_BACKOFF = { baseMs: 20, capMs: 500 };
/** A start that has not reached the server, and learnt its version, within this is given up, ms. */
export const START_TIMEOUT_MS = 10_000;
/** Appends without an answer in a row after which the connection is made anew. */
export const SUSPECT_AFTER_UNKNOWN = 3;

/** Time between two pings of an idle connection, and how long the answer may take, ms. The server asks for 10 s at least. */
export const KEEP_ALIVE_INTERVAL_MS = 10_000;
export const KEEP_ALIVE_TIMEOUT_MS = 5_000;

/** Appends that may wait for their answers, events and bytes; one more is refused. */
export const WAITING_MAX_EVENTS = 100_000;
export const WAITING_MAX_BYTES = 128 * 1_024 * 1_024;

/** Streams whose head the writer remembers, about 250 bytes each. */
export const STREAM_HEADS_MAX = 100_000;
/** Streams whose last checked hash is remembered, about 250 bytes each. */
export const CHECKED_TAILS_MAX = 50_000;

/** Events asked for when the newest of ours is looked for: first a few, then pages. */
export const HEAD_PROBE_EVENTS = 16;
/** Events per page of a scan of `$all`: few at first, then more. */
export const SCAN_FIRST_EVENTS = 16;
export const SCAN_PAGE_EVENTS = 500;
/** Events that one `readAll` looks at, at most, when few of them are wanted. */
export const SCAN_MAX_EVENTS = 20_000;

/** Events of one handler call, unless another number is asked for. */
export const BATCH_MAX_EVENTS = 256;
/** Events that a subscription holds for a slow handler; then it stops reading from the connection. */
export const HELD_MAX_EVENTS = 1_024;
export const HELD_MAX_BYTES = 16 * 1_024 * 1_024;
/** Events that the server looks at between two checkpoints while a subscription catches up. Live it is one. */
export const CATCH_UP_WINDOW_EVENTS = 512;
export const LIVE_WINDOW_EVENTS = 1;
/** A subscription that hears nothing for this long looks for itself whether anything is left, ms: catching up, and live. */
export const CATCH_UP_SILENCE_MS = 500;
export const LIVE_SILENCE_MS = 1_000;
/** A server before 23.10 may send a checkpoint before the events that it covers: they have this long to come, ms. */
export const HINT_SETTLES_MS = 100;
export const RECONNECT_BACKOFF = { baseMs: 50, capMs: 5_000 };

/** A snapshot travels in one append (1 MiB with its surroundings); a larger one is not kept, bytes. */
export const SNAPSHOT_MAX_BYTES = 960 * 1_024;
/** Streams of snapshots that are known to keep one event only. */
export const DESCRIBED_SNAPSHOTS_MAX = 50_000;
