/** Bounds of the conversation writer. Specs lower them; nobody else has a reason to. */
export const writerLimits = {
  /** Commands waiting for one conversation; the next one is answered `busy`. */
  waitingMaxCommands: 10_000,
  /** Questions waiting for one conversation's state; the next one is refused. */
  inspectionsMax: 10_000,
  /** Events whose ids are kept in the folded state at least, so that most retries are answered without a look-up. */
  windowMinEvents: 1_000,
  /** Above this many events the window is trimmed, as far as the index of message ids covers them. */
  windowTrimAtEvents: 2_000,
  /** Events until the index is asked again when it did not cover enough to trim. */
  windowAskEveryEvents: 1_000,
  /** Events between two snapshots of one conversation. */
  snapshotEveryEvents: 500,
  /** Folded states kept in memory, bytes (estimated). */
  foldedMaxBytes: 256 * 1_024 * 1_024,
  foldedMaxConversations: 100_000,
  /** Tries of one batch against conflicts before its commands are answered `busy`. */
  conflictTriesMax: 6,
} as const;

export type WriterLimits = { readonly [Name in keyof typeof writerLimits]: number };
