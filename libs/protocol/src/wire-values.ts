/** Values that several operations and events share. Plain types: ids are lower-case UUID text, `seq` starts at 0. */

/** Instant as ISO-8601 UTC text with milliseconds. Never decides an order. */
export type Instant = string;
/** Opaque; from the server, back to the server. */
export type Cursor = string;

export type ConversationKind = 'direct' | 'group';
export type Visibility = 'open' | 'invite-only';
export type MemberRole = 'owner' | 'member';
export type PresenceStatus = 'online' | 'offline' | 'unknown';

/** Cumulative: everything up to the seq. -1 is "nothing yet"; `readUpTo <= deliveredUpTo`. */
export type WireWatermark = { readonly userId: string; readonly deliveredUpTo: number; readonly readUpTo: number };

export type Profile = { readonly userId: string; readonly userName: string; readonly displayName: string };
