/** Unread messages are counted up to here; more is `unreadCapped`. */
export const UNREAD_COUNT_MAX = 1_000;
/** Items looked at for one count: many lines that are no messages do not make it long. Above it the count is capped too. */
export const UNREAD_SCAN_MAX_ITEMS = 2_000;

export type Unread = { readonly unread: number; readonly unreadCapped: boolean };
export const NOTHING_UNREAD: Unread = { unread: 0, unreadCapped: false };
