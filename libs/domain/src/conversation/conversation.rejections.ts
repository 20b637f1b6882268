import type { NameRejection } from '../kernel/name.js';

/** Why a conversation refuses a command. The codes are the protocol's error codes. */
export type ConversationRejection =
  /** The conversation does not exist, or the actor may not know that it does. */
  | { code: 'conversation-not-found' }
  /** The actor was a member once and is none now. */
  | { code: 'not-a-member' }
  /** A member without the right: only the owner removes and renames, and adds to an invite-only group. */
  | { code: 'not-the-owner' }
  /** The command makes sense for groups only. */
  | { code: 'not-a-group' }
  /** The conversation exists already and was made by another command. */
  | { code: 'conversation-exists' }
  | { code: 'group-full'; membersMax: number }
  | { code: 'too-many-members-in-one-command'; membersMax: number }
  | { code: 'conversation-with-oneself' }
  | NameRejection
  /** Nothing in it can be seen. */
  | { code: 'body-empty' }
  /** Half of a surrogate pair: the text has no UTF-8 form. */
  | { code: 'body-not-unicode' }
  | { code: 'body-too-long'; bytesMax: number; graphemesMax: number };
