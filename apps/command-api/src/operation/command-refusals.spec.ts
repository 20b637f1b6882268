import { randomUUID } from 'node:crypto';
import { GROUP_MEMBERS_MAX, MEMBERS_ADDED_MAX, type ConversationId, conversationStream } from '@verbatim/domain';
import type { EventToAppend } from '@verbatim/event-store';
import { IdentityError } from '@verbatim/identity';
import { type ErrorCode, type OperationName, errorCodes, operations } from '@verbatim/protocol';
import { type Answer, CommandApiUnderTest, type Person } from './command-api.fixtures.js';
import { requestClasses } from './request-classes.js';

let api: CommandApiUnderTest;
let ada: Person;
let bob: Person;
let stranger: Person;

beforeAll(async () => {
  api = await CommandApiUnderTest.open();
  [ada, bob, stranger] = [await api.person(), await api.person(), await api.person()];
});
afterAll(() => api.close());

/** What each operation carries beside the conversation, when nothing is wrong with it. */
const goodFields: Partial<Record<OperationName, () => object>> = {
  'group.rename': () => ({ name: 'Engines' }),
  'member.add': () => ({ userIds: [stranger.userId] }),
  'member.remove': () => ({ userId: bob.userId }),
  'message.send': () => ({ clientMsgId: randomUUID(), body: 'hello' }),
  'receipt.advance': () => ({ readUpTo: 0 }),
};
const ask = (op: OperationName, by: Person, conversationId: string, fields: object = {}): Promise<Answer> =>
  api.ask(op, by, { conversationId, ...goodFields[op]?.(), ...fields });

const removedFrom = async (): Promise<string> => {
  const conversationId = await api.group(ada, [bob]);
  await api.ask('member.remove', ada, { conversationId, userId: bob.userId });
  return conversationId;
};
const fullGroup = async (): Promise<string> => {
  const conversationId = await api.group(ada, [], 'open');
  const metadata = { actorId: ada.userId, deviceId: null, sessionId: null, correlationId: 'trace', causationId: null };
  const added = Array.from({ length: Math.floor(GROUP_MEMBERS_MAX / MEMBERS_ADDED_MAX) }, (_, index) => {
    const count = index === 0 ? MEMBERS_ADDED_MAX - 1 : MEMBERS_ADDED_MAX;
    const data = { userIds: Array.from({ length: count }, () => randomUUID()), addedBy: ada.userId };
    const ids = { commandId: randomUUID(), ipClass: null, recordedAt: '2026-01-01T10:00:00.000Z' };
    return { eventId: randomUUID(), event: { type: 'MembersAdded', data }, metadata: { ...metadata, ...ids } };
  });
  await api.store.append(
    conversationStream(conversationId as ConversationId),
    0 as never,
    added as never as EventToAppend[],
  );
  return conversationId;
};
/** The same id for another content. */
const twice = async (op: OperationName, conversationId: string, fields: object): Promise<Answer> => {
  const commandId = randomUUID();
  const id = op === 'message.send' ? { clientMsgId: commandId } : { commandId };
  await ask('group.rename', ada, conversationId, { commandId, name: 'taken by this' });
  return ask(op, ada, conversationId, { ...fields, ...id });
};
const onFullLog = async (
  op: OperationName,
  by: Person,
  conversationId: string,
  fields: object = {},
): Promise<Answer> => {
  api.faults.push('log-full');
  return ask(op, by, conversationId, fields);
};

type Row = [op: OperationName, code: ErrorCode, refused: () => Promise<Answer>];

const inConversations: OperationName[] = [
  'group.leave',
  'group.rename',
  'member.add',
  'member.remove',
  'message.send',
  'receipt.advance',
];
const forGroups = inConversations.filter((op) => op !== 'message.send' && op !== 'receipt.advance');
const closed = (): Promise<string> => api.group(ada, [bob]);
const names: [ErrorCode, string][] = [
  ['name-empty', ' '],
  ['name-too-long', 'n'.repeat(65)],
  ['name-invalid', 'a\nb'],
];
const manyIds = (): string[] => Array.from({ length: MEMBERS_ADDED_MAX + 1 }, () => randomUUID());
const newGroup = (fields: object): Promise<Answer> =>
  api.ask('group.create', ada, { name: 'Analysts', visibility: 'open', ...fields });

const rows: Row[] = [
  ...inConversations.flatMap((op): Row[] => [
    [op, 'conversation-not-found', async () => ask(op, stranger, await closed())],
    [op, 'not-a-member', async () => ask(op, bob, await removedFrom())],
  ]),
  ...[...forGroups, 'group.join' as const].map((op): Row => [
    op,
    'not-a-group',
    async () => ask(op, ada, await api.direct(ada, bob)),
  ]),
  ...(['group.rename', 'member.add', 'member.remove'] as const).map((op): Row => [
    op,
    'not-the-owner',
    async () => ask(op, bob, await closed()),
  ]),
  ...(['group.leave', 'member.add', 'member.remove', 'message.send'] as const).map((op): Row => [
    op,
    'idempotency-mismatch',
    async () => twice(op, await closed(), {}),
  ]),
  ...[...forGroups, 'message.send' as const].map((op): Row => [
    op,
    'log-full',
    async () => onFullLog(op, ada, await closed()),
  ]),
  ...names.flatMap(([code, name]): Row[] => [
    ['group.create', code, () => newGroup({ name })],
    ['group.rename', code, async () => ask('group.rename', ada, await closed(), { name })],
    ['user.update', code, () => api.ask('user.update', ada, { displayName: name })],
  ]),
  ['group.join', 'conversation-not-found', async () => ask('group.join', stranger, await closed())],
  ['group.join', 'not-a-member', async () => ask('group.join', bob, await removedFrom())],
  ['group.join', 'group-full', async () => ask('group.join', bob, await fullGroup())],
  ['group.join', 'idempotency-mismatch', async () => twice('group.join', await closed(), {})],
  ['group.join', 'log-full', async () => onFullLog('group.join', bob, await api.group(ada, [], 'open'))],
  ['group.rename', 'idempotency-mismatch', async () => twice('group.rename', await closed(), { name: 'other' })],
  ['group.create', 'user-not-found', () => newGroup({ memberIds: [randomUUID()] })],
  ['group.create', 'too-many-members-in-one-command', () => newGroup({ memberIds: manyIds() })],
  ['group.create', 'log-full', () => (api.faults.push('log-full'), newGroup({}))],
  [
    'group.create',
    'idempotency-mismatch',
    async () => {
      const commandId = randomUUID();
      await newGroup({ commandId });
      return newGroup({ commandId, visibility: 'invite-only' });
    },
  ],
  ['member.add', 'user-not-found', async () => ask('member.add', ada, await closed(), { userIds: [randomUUID()] })],
  ['member.add', 'group-full', async () => ask('member.add', ada, await fullGroup())],
  [
    'member.add',
    'too-many-members-in-one-command',
    async () => ask('member.add', ada, await closed(), { userIds: manyIds() }),
  ],
  ['message.send', 'body-empty', async () => ask('message.send', ada, await closed(), { body: '\u200b' })],
  ['message.send', 'body-too-long', async () => ask('message.send', ada, await closed(), { body: 'x'.repeat(4_001) })],
  ['message.send', 'body-not-unicode', async () => ask('message.send', ada, await closed(), { body: '\ud800' })],
  ['conversation.direct', 'user-not-found', () => api.ask('conversation.direct', ada, { userId: randomUUID() })],
  [
    'conversation.direct',
    'conversation-with-oneself',
    () => api.ask('conversation.direct', ada, { userId: ada.userId }),
  ],
  [
    'conversation.direct',
    'idempotency-mismatch',
    async () => {
      const commandId = randomUUID();
      const conversationId = await api.direct(ada, bob);
      await ask('message.send', ada, conversationId, { clientMsgId: commandId });
      return api.ask('conversation.direct', ada, { userId: bob.userId, commandId });
    },
  ],
  [
    'conversation.direct',
    'log-full',
    async () => {
      const { userId } = await api.person();
      api.faults.push('log-full');
      return api.ask('conversation.direct', ada, { userId });
    },
  ],
  [
    'user.update',
    'idempotency-mismatch',
    async () => {
      const commandId = randomUUID();
      await api.ask('user.update', ada, { commandId, displayName: 'One' });
      return api.ask('user.update', ada, { commandId, displayName: 'Two' });
    },
  ],
  [
    'user.update',
    'log-full',
    () => (api.faults.push('log-full'), api.ask('user.update', ada, { displayName: randomUUID() })),
  ],
  ['device.revoke', 'device-not-found', () => api.ask('device.revoke', ada, { deviceId: bob.deviceId })],
  [
    'device.revoke',
    'log-full',
    async () => {
      const other = await api.person();
      api.faults.push('log-full');
      return api.ask('device.revoke', other, { deviceId: other.deviceId });
    },
  ],
];

describe('a command that is refused', () => {
  it.each(rows)('%s is answered %s', async (_op, code, refused) => {
    const answer = await refused();
    expect(answer).toMatchObject({ status: errorCodes[code].status, body: { code } });
    expect(api.faults).toEqual([]);
  });

  it('has every code that the operation table lists, and no others', () => {
    const served = (Object.keys(requestClasses) as OperationName[]).filter((op) => !op.startsWith('account.'));
    const listed = served.flatMap((op) => operations[op].errors.map((code) => `${op} ${code}`));
    // The id of a group is made of its creator and command: the one that made it is always found before this is asked.
    const unreachable = 'group.create conversation-exists';
    expect(
      rows
        .map(([op, code]) => `${op} ${code}`)
        .concat(unreachable)
        .sort(),
    ).toEqual(listed.sort());
  });
});

describe('accounts that cannot be looked up', () => {
  it.each<[OperationName, () => Promise<Answer>]>([
    ['group.create', () => newGroup({ memberIds: [bob.userId] })],
    ['member.add', async () => ask('member.add', ada, await api.group(ada))],
    ['conversation.direct', () => api.ask('conversation.direct', ada, { userId: bob.userId })],
  ])('make %s wait, with the code that says why', async (_, act) => {
    const accountOf = api.identity.accountOf.bind(api.identity);
    api.identity.accountOf = () => Promise.reject(new IdentityError('unavailable'));
    try {
      expect(await act()).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    } finally {
      api.identity.accountOf = accountOf;
    }
  });
});
