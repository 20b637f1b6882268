import type { Brand } from './brand.js';

/** All ids are lower-case UUIDs in text form; those minted here are v7 unless stated. */
export type UserId = Brand<string, 'UserId'>;
export type DeviceId = Brand<string, 'DeviceId'>;
/** v5 of (creator, command id) for a group, v5 of the sorted pair for a direct conversation: a retry never makes two. */
export type ConversationId = Brand<string, 'ConversationId'>;
export type MessageId = Brand<string, 'MessageId'>;
/** Chosen by the client, once per intent; a retry carries the same one. `clientMsgId` of a send is its command id. */
export type CommandId = Brand<string, 'CommandId'>;
/** Name of a stream, `<category>-<uuid>`. Built only in `*.stream.ts`. */
export type StreamName = Brand<string, 'StreamName'>;

/** Index of an event within its own stream. From 0, no gaps. Guards appends. 2^53 is enough. */
export type Revision = Brand<number, 'Revision'>;
/** Place of an event in its conversation: the revision in the conversation's stream, as clients see it. */
export type Seq = Brand<number, 'Seq'>;
/** Instant as ISO-8601 UTC text with milliseconds, `2026-01-01T10:00:00.000Z`. Never decides an order. */
export type IsoTimestamp = Brand<string, 'IsoTimestamp'>;
