import type { GroupCreateRequest } from '@verbatim/protocol';
import type { CommandName } from '../input/commands.js';
import { helpLines } from '../input/commands.js';
import { printable } from '../render/escape.js';
import { HISTORY_LINES_DEFAULT } from './chat.js';
import type { Chat } from './chat.js';

const HISTORY_LINES_MAX = 1_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A mistake of the user, said to him as it is. */
export class CommandProblem extends Error {}

type Handler = (chat: Chat, words: readonly string[], rest: string) => Promise<void>;

const openId = (chat: Chat): string => {
  if (chat.openId === undefined) throw new CommandProblem('no conversation is open: /direct NAME, /group NAME, /list');
  return chat.openId;
};

const idsOf = (chat: Chat, names: readonly string[]): Promise<string[]> =>
  Promise.all(names.map((name) => chat.parts.people.idOf(name)));

/** Opening prints lines: it takes its turn with the others. */
const open = (chat: Chat, conversationId: string): Promise<void> =>
  chat.parts.queue.addUnheld(() => chat.open(conversationId));

const createGroup = async (chat: Chat, visibility: GroupCreateRequest['visibility'], words: readonly string[]) => {
  const [name = '', ...people] = words;
  const memberIds = await idsOf(chat, people);
  const { conversationId } = await chat.parts.client.call('group.create', { name, visibility, memberIds });
  chat.say(`* group ${printable(name)} has the id ${conversationId}`);
  await open(chat, conversationId);
};

const openDirect = async (chat: Chat, name: string): Promise<void> => {
  const userId = await chat.parts.people.idOf(name);
  const { conversationId } = await chat.parts.client.call('conversation.direct', { userId });
  await open(chat, conversationId);
};

/** By id: joined when it is not yet one's own. By name: one of one's own, else a new one. */
export const openGroup = async (chat: Chat, nameOrId: string): Promise<void> => {
  const { directory } = chat.parts;
  await directory.load();
  const known = UUID.test(nameOrId) ? directory.entry(nameOrId.toLowerCase()) : directory.groupNamed(nameOrId);
  if (known) return open(chat, known.conversationId);
  if (UUID.test(nameOrId)) return handlers.join(chat, [nameOrId], nameOrId);
  return createGroup(chat, 'invite-only', [nameOrId]);
};

export const handlers: Readonly<Record<CommandName, Handler>> = {
  direct: (chat, [name = '']) => openDirect(chat, name),
  group: (chat, words) => createGroup(chat, 'invite-only', words),
  'open-group': (chat, words) => createGroup(chat, 'open', words),
  join: async (chat, [id = '']) => {
    const conversationId = id.toLowerCase();
    await chat.parts.client.call('group.join', { conversationId });
    await chat.parts.directory.learn(conversationId, true);
    await open(chat, conversationId);
  },
  add: async (chat, names) => {
    const conversationId = openId(chat);
    await chat.parts.client.call('member.add', { conversationId, userIds: await idsOf(chat, names) });
  },
  remove: async (chat, [name = '']) => {
    const conversationId = openId(chat);
    const userId = await chat.parts.people.idOf(name);
    await chat.parts.client.call('member.remove', { conversationId, userId });
  },
  leave: async (chat) => {
    await chat.parts.client.call('group.leave', { conversationId: openId(chat) });
    chat.close();
  },
  rename: async (chat, _words, rest) => {
    await chat.parts.client.call('group.rename', { conversationId: openId(chat), name: rest });
  },
  list: async (chat) => {
    const { directory } = chat.parts;
    await directory.load();
    const lines = directory.list().map(({ conversationId, unread }, index) => {
      const news = unread > 0 ? `  ${unread} unread` : '';
      return `${String(index + 1).padStart(3)} ${directory.label(conversationId)}  ${conversationId}${news}`;
    });
    for (const line of lines.length === 0 ? ['* no conversation yet: /direct NAME'] : lines) chat.say(line);
  },
  switch: async (chat, [number = '']) => {
    const entry = chat.parts.directory.list()[Number(number) - 1];
    if (!entry) throw new CommandProblem(`there is no conversation ${printable(number)}: /list`);
    await open(chat, entry.conversationId);
  },
  history: async (chat, [count]) => {
    const conversationId = openId(chat);
    const lines = count === undefined ? HISTORY_LINES_DEFAULT : Number(count);
    if (!Number.isInteger(lines) || lines < 1 || lines > HISTORY_LINES_MAX) {
      throw new CommandProblem(`/history takes a number from 1 to ${HISTORY_LINES_MAX}`);
    }
    await chat.parts.queue.add(async () => void (await chat.parts.transcript.older(conversationId, lines)));
  },
  members: async (chat) => {
    const { client, people } = chat.parts;
    const conversationId = openId(chat);
    const { members, next } = await client.call('member.list', { conversationId });
    await people.learn(members.map(({ userId }) => userId));
    for (const { userId, role } of members) chat.say(`  ${people.nameOf(userId)}${role === 'owner' ? ' (owner)' : ''}`);
    if (next !== undefined) chat.say('  … and more');
  },
  who: async (chat) => {
    const { client, people, selfId } = chat.parts;
    const { members } = await client.call('member.list', { conversationId: openId(chat) });
    const userIds = members.map(({ userId }) => userId).filter((userId) => userId !== selfId);
    if (userIds.length === 0) return chat.say('  nobody else is here');
    const { users } = await client.call('presence.get', { userIds });
    await people.learn(userIds);
    for (const { userId, status, lastSeenAt } of users) {
      const seen = status !== 'online' && lastSeenAt !== undefined ? `, last seen ${printable(lastSeenAt)}` : '';
      chat.say(`  ${people.nameOf(userId)} is ${status}${seen}`);
    }
  },
  help: (chat) => {
    for (const line of helpLines()) chat.say(line);
    return Promise.resolve();
  },
  quit: () => Promise.resolve(),
};
