import type { ReplayedPush } from '@verbatim/protocol';

export const ada = '0198a000-0000-7000-8000-00000000000a';
export const bob = '0198a000-0000-7000-8000-00000000000b';
export const room = '0198c000-0000-7000-8000-000000000001';
export const otherRoom = '0198c000-0000-7000-8000-000000000002';

const at = '2026-01-01T00:00:00.000Z';
export const sent = (seq: number, facts: { by?: string; in?: string; clientMsgId?: string } = {}): ReplayedPush => ({
  ev: 'message.sent',
  d: {
    conversationId: facts.in ?? room,
    seq,
    messageId: `message-${seq}`,
    clientMsgId: facts.clientMsgId ?? `client-${seq}`,
    senderId: facts.by ?? bob,
    body: `body ${seq}`,
    sentAt: at,
  },
});
export const hidden = (seq: number): ReplayedPush => ({ ev: 'hidden', d: { conversationId: room, seq } });
export const added = (seq: number, ...userIds: string[]): ReplayedPush => ({
  ev: 'member.added',
  d: { conversationId: room, seq, userIds, addedBy: bob },
});
export const removed = (seq: number, userId: string): ReplayedPush => ({
  ev: 'member.removed',
  d: { conversationId: room, seq, userId, removedBy: bob },
});
