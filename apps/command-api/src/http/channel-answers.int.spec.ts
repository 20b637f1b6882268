import { randomUUID } from 'node:crypto';
import { CommandChannel, listedInstances } from '@verbatim/command-channel';
import { type OperationCall, type OperationHandler, listenOn } from '@verbatim/http-edge';
import { createLogger, createMetrics } from '@verbatim/platform';
import { type OperationName, type OpResult, operationNames, operations } from '@verbatim/protocol';
import { CHANNEL_SECRET, CommandApiUnderTest, type Person } from '../operation/command-api.fixtures.js';
import { CommandDispatcher } from '../operation/command-dispatcher.js';
import { commandHandler } from './command-routes.js';

const HOOK_MAX_MS = 30_000;
const served = operationNames.filter((name) => operations[name].servedBy === 'command-api');

let alone: CommandApiUnderTest;
let behindChannel: CommandApiUnderTest;
let channel: CommandChannel;
beforeAll(async () => {
  [alone, behindChannel] = await Promise.all([CommandApiUnderTest.open(), CommandApiUnderTest.open()]);
  const { url } = await listenOn(behindChannel.server, { host: '127.0.0.1', port: 0, variables: 'COMMAND_API' });
  channel = new CommandChannel({
    ...{ source: listedInstances([url]), secret: CHANNEL_SECRET },
    logger: createLogger({ name: 'spec', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  });
  await channel.start();
}, HOOK_MAX_MS);
afterAll(async () => {
  channel.close();
  await Promise.all([alone.close(), behindChannel.close()]);
});

type Step = (op: OperationName, by: Person | null, d?: object) => Promise<OpResult>;

/** The same calls, in the same order, whoever executes them: of every operation one that succeeds and one that is refused. */
const everything = async (
  api: CommandApiUnderTest,
  execute: OperationHandler,
): Promise<ReadonlyMap<string, unknown>> => {
  const answers = new Map<string, unknown>();
  const step: Step = async (op, by, d = {}) => {
    const result = await execute(callOf(op, by, d));
    const name = `${op} ${[...answers.keys()].filter((key) => key.startsWith(`${op} `)).length + 1}`;
    answers.set(name, withoutChance(result));
    return result;
  };
  const people = [await api.person(), await api.person(), await api.person()] as const;
  await accounts(step, people[2]);
  await conversations(step, people);
  return answers;
};

const callOf = (op: OperationName, by: Person | null, d: object): OperationCall => ({
  op,
  actor: by === null ? null : { userId: by.userId, deviceId: by.deviceId, sessionId: sessionOf(by), role: 'user' },
  d: d as OperationCall['d'],
  traceId: 'a'.repeat(32),
  address: '192.0.2.7',
  ipClass: 'public',
  chatCursor: null,
});

const sessionOf = ({ accessToken }: Person): string => {
  const claims = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { sid: string }).sid;
};

const bodyOf = (result: OpResult): Record<string, string> =>
  result.ok ? (JSON.parse(result.dText) as Record<string, string>) : {};

const accounts = async (step: Step, other: Person): Promise<void> => {
  const credentials = { userName: 'ada.lovelace', password: 'correct horse battery' };
  const ada = { ...bodyOf(await step('account.register', null, credentials)), userName: 'ada' } as unknown as Person;
  await step('account.register', null, credentials);
  await step('account.login', null, credentials);
  await step('account.login', null, { ...credentials, password: 'wrong horse battery' });
  await step('account.refresh', null, { refreshToken: ada.refreshToken });
  await step('account.refresh', null, { refreshToken: 'none' });
  const newPassword = 'another horse battery';
  await step('account.change-password', ada, { currentPassword: 'wrong', newPassword });
  await step('account.change-password', ada, { currentPassword: credentials.password, newPassword });
  await step('user.update', ada, { displayName: 'Countess ✓ "quoted"\\' });
  await step('user.update', ada, { displayName: ' ' });
  await step('device.list', ada);
  await step('device.revoke', ada, { deviceId: other.deviceId });
  await step('device.revoke', ada, { deviceId: ada.deviceId });
  await step('account.logout', ada);
  await step('keys.list', null);
};

const conversations = async (step: Step, [ada, bob, eve]: readonly [Person, Person, Person]): Promise<void> => {
  const group = { name: 'Analysts', visibility: 'open', memberIds: [bob.userId], commandId: randomUUID() };
  await step('conversation.direct', ada, { userId: bob.userId });
  await step('conversation.direct', ada, { userId: bob.userId });
  await step('conversation.direct', ada, { userId: ada.userId });
  const { conversationId } = bodyOf(await step('group.create', ada, group));
  await step('group.create', ada, { ...group, name: 'Others' });
  const message = { conversationId, clientMsgId: randomUUID(), body: 'hello' };
  await step('message.send', ada, message);
  await step('message.send', ada, message);
  await step('message.send', ada, { ...message, body: 'other' });
  await step('message.send', eve, message);
  await step('group.rename', ada, { conversationId, name: 'Readers' });
  await step('group.rename', bob, { conversationId, name: 'Writers' });
  await step('member.add', ada, { conversationId, userIds: [eve.userId] });
  await step('member.add', ada, { conversationId, userIds: [randomUUID()] });
  await step('receipt.advance', bob, { conversationId, readUpTo: 1 });
  await step('receipt.advance', bob, { conversationId: randomUUID(), readUpTo: 1 });
  await step('member.remove', bob, { conversationId, userId: eve.userId });
  await step('member.remove', ada, { conversationId, userId: eve.userId });
  await step('message.send', eve, { ...message, clientMsgId: randomUUID() });
  await step('group.join', eve, { conversationId });
  await step('group.join', eve, { conversationId: randomUUID() });
  await step('group.leave', bob, { conversationId });
  await step('group.leave', bob, { conversationId });
};

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const LONG_TEXT = /"[\w.~<>-]{40,}"/g;

const withoutChanceIn = (text: string): string =>
  text.replaceAll(UUID, '<id>').replaceAll(INSTANT, '<instant>').replaceAll(LONG_TEXT, '"<secret>"');

/** The answer with what two runs cannot have alike (ids, instants, tokens, keys) taken out. */
const withoutChance = (result: OpResult): unknown =>
  result.ok ? { ...result, dText: withoutChanceIn(result.dText) } : result;

describe('an operation that a gateway hands over', () => {
  const inProcess = (): OperationHandler =>
    commandHandler({ dispatcher: alone.application.get(CommandDispatcher), identity: alone.identity });

  it(
    'has the answer that it has in process, whether it succeeds or is refused',
    async () => {
      const [direct, carried] = [await everything(alone, inProcess()), await everything(behindChannel, channel.call)];
      expect(Object.fromEntries(carried)).toEqual(Object.fromEntries(direct));
      const known = new Set([...direct.keys()].map((name) => name.split(' ')[0]));
      expect([...known].sort()).toEqual([...served].sort());
    },
    HOOK_MAX_MS,
  );
});
