/** Bounds of the conversation writer; each is the default of a setting in `command-api.config.ts` or fixed by design. */
export const writerLimits = {
  /** Commands waiting for one conversation; the next one is answered `busy`. */
  waitingMaxCommands: 10_000,
  /** Ids kept in the folded state at least, so that most retries are answered without a look-up. */
  windowMinIds: 1_000,
  /** Above this many ids the window is trimmed, as far as the index of message ids covers them. */
  windowTrimAtIds: 2_000,
  /** Events between two snapshots of one conversation. */
  snapshotEveryEvents: 500,
  /** Folded states kept in memory, bytes (estimated). */
  foldedMaxBytes: 256 * 1_024 * 1_024,
  foldedMaxConversations: 100_000,
  /** Tries of one batch against conflicts before its commands are answered `busy`. */
  conflictTriesMax: 6,
} as const;
