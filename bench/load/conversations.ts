import { randomUUID } from 'node:crypto';
import type { ConversationDirectReply, ConversationEntry, GroupCreateReply } from '@verbatim/protocol';
import type { Account } from '../server/accounts.js';
import type { FrameSocket } from '../socket/frame-socket.js';
import { connectAccount, connectRelay, mapSome } from './connections.js';
import type { LoadedConversation } from './load-options.js';

const GROUP_SENDERS = 20;

/** Newest seq of a conversation as the read models have it, which the load starts from. */
export const headSeqOf = async (socket: FrameSocket, conversationId: string): Promise<number> => {
  const { headSeq } = await socket.request<ConversationEntry>('conversation.get', { conversationId });
  return headSeq;
};

/** Starts the direct conversation of two people who are connected. */
export const startDirect = async (from: FrameSocket, to: Account): Promise<string> => {
  const { conversationId } = await from.request<ConversationDirectReply>('conversation.direct', {
    userId: to.userId,
    commandId: randomUUID(),
  });
  return conversationId;
};

/**
 * Connects every account and gives each pair of neighbours a direct conversation, in which the first one sends. Where there
 * are several gateways the two are at different ones, and senders are at each.
 */
export const serverPairs = async (
  urls: readonly string[],
  accounts: readonly Account[],
): Promise<readonly LoadedConversation[]> => {
  const urlOf = (index: number): string => urls[(Math.floor(index / 2) + (index % 2)) % urls.length] as string;
  const sockets = await mapSome(accounts, (account, index) => connectAccount(urlOf(index), account));
  const pairs = Array.from({ length: accounts.length / 2 }, (_, index) => index * 2);
  return mapSome(pairs, async (at) => {
    const [sender, receiver] = sockets.slice(at, at + 2) as [FrameSocket, FrameSocket];
    const conversationId = await startDirect(sender, accounts[at + 1] as Account);
    return { conversationId, headSeq: 0, members: [sender, receiver], senderCount: 1 };
  });
};

/** Connects every account, by turns to each gateway, to one group, in which 20 send. */
export const serverGroup = async (
  urls: readonly string[],
  accounts: readonly Account[],
): Promise<LoadedConversation> => {
  const urlOf = (index: number): string => urls[index % urls.length] as string;
  const members = await mapSome(accounts, (account, index) => connectAccount(urlOf(index), account));
  const [owner] = members as [FrameSocket];
  const memberIds = accounts.slice(1).map(({ userId }) => userId);
  const group = { commandId: randomUUID(), name: 'Bench', visibility: 'invite-only', memberIds };
  const { conversationId, seq } = await owner.request<GroupCreateReply>('group.create', group);
  return { conversationId, headSeq: seq, members, senderCount: GROUP_SENDERS };
};

const relayRoom = async (port: number, memberCount: number, senderCount: number): Promise<LoadedConversation> => {
  const conversationId = randomUUID();
  const members = await mapSome(Array.from({ length: memberCount }), () => connectRelay(port));
  await Promise.all(members.map((member) => member.request('join', { conversationId })));
  return { conversationId, headSeq: -1, members, senderCount };
};

export const relayPairs = (port: number, count: number): Promise<readonly LoadedConversation[]> =>
  mapSome(Array.from({ length: count }), () => relayRoom(port, 2, 1));

export const relayGroup = (port: number, memberCount: number): Promise<LoadedConversation> =>
  relayRoom(port, memberCount, GROUP_SENDERS);

/** The same conversations after a load: the next one starts behind what they have now. */
export const afterLoad = async (conversations: readonly LoadedConversation[]): Promise<readonly LoadedConversation[]> =>
  mapSome(conversations, async (conversation) => ({
    ...conversation,
    headSeq: await headSeqOf(conversation.members[0] as FrameSocket, conversation.conversationId),
  }));
