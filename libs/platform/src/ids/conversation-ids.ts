import { v5 } from 'uuid';

// Fixed for ever: another namespace would give a pair a second conversation.
const DIRECT_NAMESPACE = '6f1a3c52-8f0e-4f63-9d2b-3a5c1e7d9b04';
const GROUP_NAMESPACE = 'b27d6e19-4c8a-4d17-a1f5-90e3c46b8d72';

/** Id of the one direct conversation of two people: UUID v5 of the sorted pair. @param a, b lower-case UUIDs of users */
export const conversationIdOfPair = (a: string, b: string): string =>
  v5(a < b ? `${a}:${b}` : `${b}:${a}`, DIRECT_NAMESPACE);

/** Id of a group: UUID v5 of its creator and the command that creates it, so that a retry never makes two. */
export const conversationIdOfCommand = (creatorId: string, commandId: string): string =>
  v5(`${creatorId}:${commandId}`, GROUP_NAMESPACE);
