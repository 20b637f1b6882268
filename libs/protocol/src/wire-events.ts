import type { ReplayableEvents } from './events/conversation-events.js';
import type { ConnectionEvents, EphemeralEvents } from './events/connection-events.js';

/** `d` of every push, by its `ev`. Clients ignore an `ev` and fields that they do not know. */
export type WireEvents = ReplayableEvents & EphemeralEvents & ConnectionEvents;
export type WireEventName = keyof WireEvents;
export type WireEventData<Name extends WireEventName> = WireEvents[Name];

/**
 * How a push behaves.
 * `item`: of a conversation's stream, carries `seq` and `cur`, is replayed on resume and is an item of the history.
 * `revision`: the same without being an item. `state`: carries `cur`, no `seq`; not replayed, the state has it.
 * `ephemeral`: no `cur`, never replayed. `connection`: about this connection.
 */
export type WireEventClass = 'item' | 'revision' | 'state' | 'ephemeral' | 'connection';

export const wireEvents = {
  'message.sent': { class: 'item', meaning: 'A message was sent.' },
  'conversation.created': { class: 'item', meaning: 'A direct conversation was started.' },
  'group.created': { class: 'item', meaning: 'A group was created, with its first members.' },
  'group.renamed': { class: 'item', meaning: 'The group has another name.' },
  'member.joined': { class: 'item', meaning: 'A user joined the group.' },
  'member.left': { class: 'item', meaning: 'A member left; a leaving owner hands over.' },
  'member.added': { class: 'item', meaning: 'Members were added.' },
  'member.removed': { class: 'item', meaning: 'The owner removed a member.' },
  hidden: { class: 'revision', meaning: 'A revision that this user may not see; it only keeps the seq contiguous.' },
  'receipt.advanced': { class: 'state', meaning: 'Watermarks of members rose.' },
  typing: { class: 'ephemeral', meaning: 'A member types, or has stopped.' },
  presence: { class: 'ephemeral', meaning: 'A user came or went.' },
  hello: { class: 'connection', meaning: 'The first frame of a connection.' },
  synced: { class: 'connection', meaning: 'The replay of a resume is complete; what follows is live.' },
  gap: { class: 'connection', meaning: 'Revisions from `fromSeq` to `toSeq` were not delivered: fetch them.' },
  reset: { class: 'connection', meaning: 'The cursor cannot be resumed from: load the inbox.' },
  goaway: { class: 'connection', meaning: 'The server will close: reconnect after `afterMs`.' },
  'token.expiring': { class: 'connection', meaning: 'Send `auth.refresh` before `expiresAt`.' },
} as const satisfies { readonly [Name in WireEventName]: { class: WireEventClass; meaning: string } };

export const isWireEventName = (name: string): name is WireEventName => Object.hasOwn(wireEvents, name);

/** A push as it is on the wire. `cur` is on `item`, `revision` and `state` events only. */
export type PushOf<Name extends WireEventName> = {
  readonly ev: Name;
  readonly cur?: string;
  readonly d: WireEventData<Name>;
};
export type Push = { [Name in WireEventName]: PushOf<Name> }[WireEventName];

export type ItemName = {
  [Name in WireEventName]: (typeof wireEvents)[Name]['class'] extends 'item' ? Name : never;
}[WireEventName];
/** One line of the history: the push's `d`, with its `ev` as `type`, in its present state. */
export type HistoryItemOf<Name extends ItemName> = WireEventData<Name> & { readonly type: Name };
export type HistoryItem = { [Name in ItemName]: HistoryItemOf<Name> }[ItemName];

/** What `events.page` and `sync.poll` return. */
export type ReplayedName = ItemName | 'hidden';
export type ReplayedPush = { [Name in ReplayedName]: PushOf<Name> }[ReplayedName];
