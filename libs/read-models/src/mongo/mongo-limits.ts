/** Longest wait for one command of a bulk write, for an index to be made and for one page of a scan. */
export const WRITE_CALL_MAX_MS = 20_000;
/** One command of a bulk write: the server holds its locks no longer than this takes, and a slow one is not timed out. */
export const WRITE_CHUNK_MAX_DOCUMENTS = 1_000;
export const WRITE_CHUNK_MAX_BYTES = 4_194_304;
/** What a document takes besides its texts, at most; only for chunks. */
export const DOCUMENT_OVERHEAD_BYTES = 512;
/** Ids of one lookup. */
export const LOOKUP_MAX_IDS = 1_000;
/** Documents of one page of a scan. */
export const SCAN_PAGE_DOCUMENTS = 1_000;
/** A query may use the active builds as they were this long ago, where it does not say how far they are. */
export const ACTIVE_BUILDS_MAX_AGE_MS = 1_000;
/**
 * A replaced build is kept this long at least: every reader has learnt of the new one after `ACTIVE_BUILDS_MAX_AGE_MS` and ended
 * its last query on the old one a few seconds later. Far more than that, because clocks of machines differ.
 */
export const REPLACED_BUILD_KEPT_MS = 300_000;
/** Between two looks at the checkpoints while somebody waits for one. */
export const CHECKPOINT_POLL_INTERVAL_MS = 15;
/** Tries of a change of one record that others change too. */
export const RECORD_CHANGE_MAX_TRIES = 20;
