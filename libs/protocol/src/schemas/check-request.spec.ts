import fc from 'fast-check';
import type { TObject } from 'typebox';
import { ERROR_DETAILS_MAX, operationNames } from '../index.js';
import { checkRequest } from './check-request.js';
import { ada, bob, commandId, goodRequests, room } from './requests.fixtures.js';
import { requestSchemas } from './requests.js';

const fieldsOf = (name: (typeof operationNames)[number]) => (requestSchemas[name] as TObject).properties;
const send = { conversationId: room, clientMsgId: commandId, body: 'hello' };
const refusal = (path: string, code: string) => ({ ok: false, details: [{ path, code }] });

describe('checking the request of any operation', () => {
  it.each(operationNames)('%s accepts its fullest request', (name) => {
    expect(checkRequest(name, goodRequests[name])).toEqual({ ok: true, value: goodRequests[name] });
  });

  it.each(operationNames)('%s refuses a field that it does not know', (name) => {
    for (const stranger of ['isAdmin', 'senderId', 'constructor']) {
      if (stranger in fieldsOf(name)) continue;
      const d = { ...goodRequests[name], [stranger]: true };
      expect(checkRequest(name, d)).toEqual(refusal(`/${stranger}`, 'unknown-field'));
    }
  });

  it.each(operationNames)('%s refuses __proto__ and stays as it is', (name) => {
    const d = JSON.parse(`{"__proto__":{"admin":true}}`) as Record<string, unknown>;
    expect(checkRequest(name, d)).toMatchObject({ ok: false });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each(operationNames)('%s refuses operators, null and nesting in every field', (name) => {
    for (const field of Object.keys(fieldsOf(name))) {
      for (const value of [null, { $gt: '' }, [[[]]], { $where: 'sleep(1)' }]) {
        expect(checkRequest(name, { ...goodRequests[name], [field]: value })).toMatchObject({ ok: false });
      }
    }
  });

  it('never throws', () => {
    const anything = fc.dictionary(fc.string(), fc.anything());
    fc.assert(
      fc.property(fc.constantFrom(...operationNames), anything, (name, d) => {
        expect([true, false]).toContain(checkRequest(name, d).ok);
      }),
    );
  });

  it('names a bounded number of problems', () => {
    const strangers = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]));
    const checked = checkRequest('message.send', { ...send, ...strangers });
    expect(checked).toMatchObject({ ok: false });
    expect(checked.ok ? [] : checked.details).toHaveLength(ERROR_DETAILS_MAX);
  });

  it('echoes a bounded part of a name that the sender made up', () => {
    const checked = checkRequest('message.send', { ...send, ['x'.repeat(50_000)]: 1 });
    expect(JSON.stringify(checked).length).toBeLessThan(200);
  });
});

describe('checking ids', () => {
  it.each([
    '',
    '-',
    '$',
    '$all',
    '/',
    '\0',
    `${room}\n`,
    ` ${room}`,
    'x'.repeat(5_000),
    room.replaceAll('-', ''),
    `{${room}}`,
  ])('refuses %j', (conversationId) => {
    expect(checkRequest('message.send', { ...send, conversationId })).toEqual(refusal('/conversationId', 'pattern'));
  });

  it('goes on with lower case, in lists too', () => {
    expect(checkRequest('message.send', { ...send, conversationId: room.toUpperCase() })).toEqual({
      ok: true,
      value: send,
    });
    const userIds = [bob.toUpperCase(), ada];
    expect(checkRequest('member.add', { conversationId: room, userIds })).toEqual({
      ok: true,
      value: { conversationId: room, userIds: [bob, ada] },
    });
  });

  it('folds the case of user names and of nothing else', () => {
    expect(checkRequest('account.login', { userName: 'Ada', password: 'PassWord' })).toEqual({
      ok: true,
      value: { userName: 'ada', password: 'PassWord' },
    });
  });

  it('names the place in a list', () => {
    expect(checkRequest('member.add', { conversationId: room, userIds: [bob, 'x'] })).toEqual(
      refusal('/userIds/1', 'pattern'),
    );
  });

  it('takes a list as one text separated by commas where a query has it so', () => {
    expect(checkRequest('presence.get', { userIds: `${ada},${bob}` })).toEqual({
      ok: true,
      value: { userIds: [ada, bob] },
    });
    expect(checkRequest('member.add', { conversationId: room, userIds: bob })).toEqual(refusal('/userIds', 'type'));
  });
});

describe('checking numbers and lengths', () => {
  it.each([
    ['the smallest', -1],
    ['the largest', Number.MAX_SAFE_INTEGER],
  ])('accepts %s seq', (_, afterSeq) => {
    expect(checkRequest('events.page', { conversationId: room, afterSeq })).toMatchObject({ ok: true });
  });

  it.each([
    [-2, 'min'],
    [2 ** 53, 'max'],
    [1.1, 'type'],
    [-0, 'type'],
    [JSON.parse('1e999'), 'type'],
    ['12', 'type'],
    ['', 'type'],
    [true, 'type'],
  ])('refuses %p for a seq', (afterSeq, code) => {
    expect(checkRequest('events.page', { conversationId: room, afterSeq })).toEqual(refusal('/afterSeq', code));
  });

  it.each([
    ['history.page', 200, { conversationId: room }],
    ['events.page', 500, { conversationId: room }],
    ['inbox.page', 200, {}],
    ['member.list', 500, { conversationId: room }],
    ['receipt.list', 500, { conversationId: room }],
  ] as const)('%s accepts a limit of %i and not one more or none', (name, limit, d) => {
    expect(checkRequest(name, { ...d, limit })).toMatchObject({ ok: true });
    expect(checkRequest(name, { ...d, limit: limit + 1 })).toEqual(refusal('/limit', 'max'));
    expect(checkRequest(name, { ...d, limit: 0 })).toEqual(refusal('/limit', 'min'));
  });

  it.each([
    [
      'account.register',
      { userName: 'ada', password: 'é'.repeat(8) },
      { userName: 'ada', password: 'é'.repeat(7) },
      'too-short',
    ],
    [
      'account.register',
      { userName: 'ada', password: 'x'.repeat(256) },
      { userName: 'ada', password: 'x'.repeat(257) },
      'too-long',
    ],
    ['account.login', { userName: 'ada', password: 'x' }, { userName: 'ada', password: '' }, 'too-short'],
    ['account.login', { userName: 'ada', password: 'x' }, { userName: 'ada', password: 'a\ud800' }, 'not-unicode'],
    ['focus.set', { conversationIds: Array(20).fill(room) }, { conversationIds: Array(21).fill(room) }, 'too-long'],
    ['presence.get', { userIds: Array(200).fill(ada) }, { userIds: Array(201).fill(ada) }, 'too-long'],
    ['presence.get', { userIds: [ada] }, { userIds: [] }, 'too-short'],
    ['sync.poll', { wait: 25 }, { wait: 26 }, 'max'],
    [
      'account.register',
      { userName: 'a0', password: 'x'.repeat(8) },
      { userName: 'a', password: 'x'.repeat(8) },
      'pattern',
    ],
    ['user.get', { userName: 'a'.repeat(32) }, { userName: 'a'.repeat(33) }, 'pattern'],
    ['auth', { token: 't', client: 'x'.repeat(128) }, { token: 't', client: 'a\u001b[2J' }, 'choice'],
    ['group.create', { name: '', visibility: 'open' }, { name: '', visibility: 'secret' }, 'choice'],
  ] as const)('%s accepts %j and refuses %j', (name, last, first, code) => {
    expect(checkRequest(name, last)).toMatchObject({ ok: true });
    expect(checkRequest(name, first)).toMatchObject({ ok: false, details: [{ code }] });
  });
});

describe('checking fields against each other', () => {
  it('wants exactly one of id and name of a user', () => {
    expect(checkRequest('user.get', {})).toEqual({
      ok: false,
      details: [
        { path: '/userId', code: 'required' },
        { path: '/userName', code: 'required' },
      ],
    });
    expect(checkRequest('user.get', { userId: ada, userName: 'ada' })).toMatchObject({
      details: [{ code: 'conflict' }, {}],
    });
  });

  it('wants at most one bound of a page of history', () => {
    expect(checkRequest('history.page', { conversationId: room })).toMatchObject({ ok: true });
    expect(checkRequest('history.page', { conversationId: room, beforeSeq: 5, afterSeq: 1 })).toMatchObject({
      ok: false,
    });
  });

  it('wants a receipt to say something', () => {
    expect(checkRequest('receipt.advance', { conversationId: room })).toMatchObject({ ok: false });
    expect(checkRequest('receipt.advance', { conversationId: room, readUpTo: 0 })).toMatchObject({ ok: true });
  });
});
