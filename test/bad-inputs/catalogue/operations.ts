import type { ErrorCode, OperationName } from '@verbatim/protocol';
import type { OperationRow } from './rows.js';

const UUID = '01890000-0000-4000-8000-0000000000b1';
const NOBODY = '01890000-0000-4000-8000-00000000dead';

const row = (
  name: string,
  op: OperationName,
  d: OperationRow['d'],
  status = 400,
  code: ErrorCode = 'invalid-request',
): OperationRow => ({ name: `${op}: ${name}`, op, d, status, code });

const message = (name: string, body: unknown, code: ErrorCode = 'invalid-request'): OperationRow =>
  row(name, 'message.send', { conversationId: '{direct}', clientMsgId: UUID, body }, 400, code);

const badIds: Readonly<Record<string, string>> = {
  'of one dash': '-',
  'of one dollar': '$',
  'of all streams': '$all',
  'of a system stream': '$streams',
  'of another category': 'user-{ada}',
  'with a slash': '{direct}/../{group}',
  'with a slash before it': '/{direct}',
  'with NUL behind it': '{direct}\0',
  'with a line break behind it': '{direct}\r\n',
  'with a blank before it': ' {direct}',
  'of five dots': '.....',
  'in braces': '{{direct}}',
  'of 5,000 characters': 'a'.repeat(5_000),
  'of an SQL text': "' OR '1'='1",
  'of letters that look like hex': '\u0430'.repeat(8) + '-0000-4000-8000-000000000000',
};
const idRows = Object.entries(badIds).flatMap(([name, id]) => [
  row(`an id ${name}`, 'conversation.get', { conversationId: id }),
  row(`an id ${name}`, 'group.join', { conversationId: id, commandId: UUID }),
  row(`an id ${name}`, 'member.remove', { conversationId: '{group}', userId: id }),
]);

const operatorRows = [{ $gt: '' }, { $where: 'sleep(1000)' }, { $regex: '(a+)+$' }, ['{ada}'], 7, true, null].map(
  (value) => [
    message(`as its body ${JSON.stringify(value)}`, value),
    row(`as its user ${JSON.stringify(value)}`, 'conversation.direct', { userId: value }),
    row(`as its name ${JSON.stringify(value)}`, 'group.rename', { conversationId: '{group}', name: value }),
  ],
);

const textRows: readonly OperationRow[] = [
  message('an empty body', '', 'body-empty'),
  message('a body of blanks', ' \t\n\u00a0\u2003 ', 'body-empty'),
  message('a body of characters without width', '\u200b\u200b\u2060', 'body-empty'),
  message('a body of 16 KiB and one byte', 'x'.repeat(16_385), 'body-too-long'),
  message('a body of 4,001 graphemes', 'x'.repeat(4_001), 'body-too-long'),
  message('a body of 10,000 combining marks', `a${'\u0301'.repeat(10_000)}`, 'body-too-long'),
  message('half a surrogate pair', 'a\ud800b', 'body-not-unicode'),
  row('an empty name', 'group.rename', { conversationId: '{group}', name: '' }, 400, 'name-empty'),
  row('a name of blanks', 'group.rename', { conversationId: '{group}', name: ' \u3000 ' }, 400, 'name-empty'),
  row(
    'a name of 65 graphemes',
    'group.rename',
    { conversationId: '{group}', name: 'x'.repeat(65) },
    400,
    'name-too-long',
  ),
  row('a name with a line break', 'group.rename', { conversationId: '{group}', name: 'a\r\nb' }, 400, 'name-invalid'),
  row(
    'a name that drives a terminal',
    'user.update',
    { displayName: '\u001b[2J\u001b]0;x\u0007' },
    400,
    'name-invalid',
  ),
  row('a name that turns the text around', 'user.update', { displayName: 'ada\u202egnp.exe' }, 400, 'name-invalid'),
  row('half a surrogate pair', 'user.update', { displayName: 'a\udc00' }, 400, 'name-invalid'),
];

const unknown = (op: OperationName, d: OperationRow['d'], field: string): OperationRow =>
  row(`the field ${field}`, op, { ...d, [field]: '{bob}' });

export const operationRows: readonly OperationRow[] = [
  ...idRows,
  ...operatorRows.flat(),
  ...textRows,
  unknown('message.send', { conversationId: '{direct}', clientMsgId: UUID, body: 'x' }, 'senderId'),
  unknown('user.update', { displayName: 'Ada' }, 'role'),
  unknown('user.update', { displayName: 'Ada' }, 'userId'),
  unknown('group.create', { name: 'x', visibility: 'open' }, 'ownerId'),
  unknown('member.add', { conversationId: '{group}', userIds: ['{stranger}'] }, 'role'),
  unknown('conversation.direct', { userId: '{bob}' }, 'conversationId'),
  row('a visibility that is none', 'group.create', { name: 'x', visibility: 'public' }),
  row('a visibility of the prototype', 'group.create', { name: 'x', visibility: 'constructor' }),
  row('nobody', 'member.add', { conversationId: '{group}', userIds: [] }),
  row('a member that is no id', 'member.add', { conversationId: '{group}', userIds: ['$all'] }),
  row('one that does not exist', 'member.add', { conversationId: '{group}', userIds: [NOBODY] }, 404, 'user-not-found'),
  row('oneself', 'conversation.direct', { userId: '{ada}' }, 400, 'conversation-with-oneself'),
  row('one that does not exist', 'conversation.direct', { userId: NOBODY }, 404, 'user-not-found'),
  row('one that does not exist', 'user.get', { userId: NOBODY }, 404, 'user-not-found'),
  row('a device of nobody', 'device.revoke', { deviceId: NOBODY }, 404, 'device-not-found'),
  row(
    '501 members',
    'member.add',
    { conversationId: '{group}', userIds: Array<string>(501).fill('{bob}') },
    400,
    'too-many-members-in-one-command',
  ),
  row('a direct conversation', 'group.rename', { conversationId: '{direct}', name: 'x' }, 409, 'not-a-group'),
  row('a direct conversation', 'group.leave', { conversationId: '{direct}' }, 409, 'not-a-group'),
  row('a direct conversation', 'member.add', { conversationId: '{direct}', userIds: ['{bob}'] }, 409, 'not-a-group'),
  row('neither of its marks', 'receipt.advance', { conversationId: '{direct}' }),
  row('a mark below 0', 'receipt.advance', { conversationId: '{direct}', readUpTo: -1 }),
  row('a mark with a fraction', 'receipt.advance', { conversationId: '{direct}', readUpTo: 0.5 }),
  row('no choice between true and false', 'typing.set', { conversationId: '{direct}', typing: 'true' }),
  row('a mark of its own', 'inbox.page', { after: 'AAAA-forged-mark' }, 400, 'bad-cursor'),
  row('a mark of another kind', 'member.list', { conversationId: '{group}', after: '$all' }, 400, 'bad-cursor'),
  row('a mark of no member', 'receipt.list', { conversationId: '{group}', after: '$all' }, 400, 'bad-cursor'),
  row('201 users', 'presence.get', { userIds: manyIds(201) }),
  row('a user name with an operator', 'user.get', { userName: '{"$gt":""}' }),
  row('a user name with a pattern', 'user.get', { userName: '(a+)+$' }),
  row('a user name of 64 KB', 'user.get', { userName: 'a'.repeat(8_000) }),
  row('nothing to find a user by', 'user.get', { userName: '' }),
];

function manyIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `01890000-0000-4000-8000-${String(index).padStart(12, '0')}`);
}

/** Of people who have no token yet: over HTTP alone. */
export const accountRows: readonly OperationRow[] = [
  ...['a', '_ada', 'ada!', 'ada ada', 'a\u0434a', 'ａｄａ', 'x'.repeat(33), '', 'ada\0', '<b>ada</b>'].map((userName) =>
    row(`the user name ${JSON.stringify(userName)}`, 'account.register', { userName, password: 'a good password' }),
  ),
  ...['admin', 'Admin', 'r.o-o_t', 'verbatim', 'support', 'me'].map((userName) =>
    row(
      `the user name ${userName}`,
      'account.register',
      { userName, password: 'a good password' },
      409,
      'user-name-reserved',
    ),
  ),
  row('a password of 7 characters', 'account.register', { userName: 'eve', password: '1234567' }),
  row('a password of 257 characters', 'account.register', { userName: 'eve', password: 'p'.repeat(257) }),
  row('a password of 50 KB', 'account.login', { userName: 'eve', password: 'p'.repeat(50_000) }),
  row(
    'a password of 1 MB',
    'account.login',
    { userName: 'eve', password: 'p'.repeat(1_048_576) },
    413,
    'payload-too-large',
  ),
  row('half a surrogate pair', 'account.register', { userName: 'eve', password: 'password\ud800' }),
  row('an operator as its password', 'account.login', { userName: 'eve', password: { $gt: '' } }),
  row('an operator as its user', 'account.login', { userName: { $gt: '' }, password: 'hostile password' }),
  row('a role', 'account.register', { userName: 'eve', password: 'a good password', role: 'admin' }),
  row(
    'a user that does not exist',
    'account.login',
    { userName: 'nobody-at-all', password: 'hostile password' },
    401,
    'credentials-invalid',
  ),
  row(
    'a token that was never one',
    'account.refresh',
    { refreshToken: 'hostile-refresh-token' },
    401,
    'refresh-token-invalid',
  ),
  row(
    'a token of the right form',
    'account.refresh',
    { refreshToken: `vr1.${NOBODY}.${'A'.repeat(22)}.${'A'.repeat(43)}` },
    401,
    'refresh-token-invalid',
  ),
  row('a token of 5 KB', 'account.refresh', { refreshToken: 't'.repeat(5_000) }),
];
