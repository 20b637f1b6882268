import {
  EVENTS_PAGE_MAX,
  INBOX_PAGE_MAX,
  RECEIPT_INTERVAL_MS,
  RECONNECT_BASE_MS,
  RECONNECT_MAX_MS,
  RECONNECT_STABLE_MS,
  TYPING_REPEAT_MS,
  TYPING_TIMEOUT_MS,
} from '@verbatim/protocol';

/** Every limit and wait of the client, with its unit in its name. */
export const defaultLimits = {
  /** HTTP: until the answer has arrived completely. */
  httpTimeoutMs: 15_000,
  /** From opening the socket to `hello`. */
  helloTimeoutMs: 10_000,
  /** From `auth` to its reply. */
  authTimeoutMs: 10_000,
  /** One try of one request; after it the outcome is unknown. */
  requestTimeoutMs: 10_000,
  /** All tries of one call, and the wait for a live connection before them. */
  callDeadlineMs: 30_000,
  /** More requests at once are refused at the call. */
  requestsInFlightMax: 256,
  /** Silence that ends a connection, in heartbeats. */
  silenceHeartbeats: 1.5,
  reconnectBaseMs: RECONNECT_BASE_MS,
  reconnectMaxMs: RECONNECT_MAX_MS,
  /** A connection that was live so long starts the backoff anew. */
  reconnectStableMs: RECONNECT_STABLE_MS,
  /** The access token is renewed so long before it expires. */
  tokenRefreshLeadMs: 90_000,
  /** Shortest time between two renewals of the access token. */
  tokenRefreshIntervalMs: 15_000,
  /** Messages that wait to be sent, over all conversations. */
  outboxItemsMax: 1_000,
  /** Tries of a message to which the server answers `internal`; then it is reported with an unknown outcome. */
  outboxInternalTriesMax: 5,
  /** Events of one conversation that are held while a hole before them is filled; more are fetched again. */
  heldEventsMax: 1_000,
  /** Events that are held while the inbox loads; more start the connection anew. */
  heldPushesMax: 10_000,
  /** A longer hole is not fetched; it is reported as `gap`, and the history has it. */
  gapFillEventsMax: 5_000,
  eventsPageLimit: EVENTS_PAGE_MAX,
  inboxPageLimit: INBOX_PAGE_MAX,
  inboxPagesMax: 500,
  receiptIntervalMs: RECEIPT_INTERVAL_MS,
  typingRepeatMs: TYPING_REPEAT_MS,
  typingTimeoutMs: TYPING_TIMEOUT_MS,
};
export type ClientLimits = Readonly<typeof defaultLimits>;
