import { operations } from '../index.js';
import type { HttpBinding, OperationName } from '../index.js';
import { checkHttpRequest } from './check-http-request.js';
import type { HttpRequestParts } from './check-http-request.js';
import { ada, bob, commandId, room } from './requests.fixtures.js';

const check = (name: OperationName, parts: Partial<HttpRequestParts>) =>
  checkHttpRequest(name, operations[name].http[0] as HttpBinding, { path: {}, query: {}, body: undefined, ...parts });
const refusal = (path: string, code: string) => ({ ok: false, code: 'invalid-request', details: [{ path, code }] });
const inRoom = { path: { conversationId: room } };

describe('putting an HTTP request together', () => {
  it('takes path, query and body as one request', () => {
    expect(check('history.page', { ...inRoom, query: { afterSeq: '-1', limit: '5' } })).toEqual({
      ok: true,
      value: { conversationId: room, afterSeq: -1, limit: 5 },
    });
    expect(check('message.send', { ...inRoom, body: { clientMsgId: commandId, body: 'x' } })).toEqual({
      ok: true,
      value: { conversationId: room, clientMsgId: commandId, body: 'x' },
    });
  });

  it('takes no body for an empty one', () => {
    expect(check('group.join', inRoom)).toEqual({ ok: true, value: { conversationId: room } });
  });

  it.each(['12abc', '', '1e3', '-0', '+1', ' 1', '1.0', '1.5', '010', '0x10', '١', 'NaN', 'Infinity'])(
    'refuses %j for a number',
    (limit) => {
      expect(check('history.page', { ...inRoom, query: { limit } })).toEqual(refusal('/limit', 'type'));
    },
  );

  it.each([
    ['9007199254740993', 'max'],
    ['1000000000', 'max'],
    ['-1', 'min'],
  ])('refuses %s as out of range', (limit, code) => {
    expect(check('history.page', { ...inRoom, query: { limit } })).toEqual(refusal('/limit', code));
  });

  it.each(['limit[]', 'id[$ne]', 'limit.x', '__proto__', 'conversationId', 'Limit'])(
    'refuses the query key %j',
    (key) => {
      const query = JSON.parse(`{${JSON.stringify(key)}:"1"}`) as Record<string, string>;
      expect(check('history.page', { ...inRoom, query })).toEqual(refusal(`/${key}`, 'unknown-field'));
    },
  );

  it('refuses a query key that is repeated', () => {
    expect(check('history.page', { ...inRoom, query: { limit: ['1', '2'] } })).toEqual(refusal('/limit', 'repeated'));
  });

  it.each([null, [], 'x', 5, true])('refuses the body %j', (body) => {
    expect(check('group.create', { body })).toEqual({ ok: false, code: 'malformed-json' });
  });

  it('refuses a body that names what the path names', () => {
    const body = { clientMsgId: commandId, body: 'x', conversationId: bob };
    expect(check('message.send', { ...inRoom, body })).toEqual(refusal('/conversationId', 'unknown-field'));
  });

  it('refuses a body where there is none to be', () => {
    expect(check('member.remove', { path: { conversationId: room, userId: bob }, body: { commandId } })).toEqual(
      refusal('/commandId', 'unknown-field'),
    );
  });

  it('refuses a path that holds no id', () => {
    expect(check('conversation.get', { path: { conversationId: '../../etc/passwd' } })).toEqual(
      refusal('/conversationId', 'pattern'),
    );
  });

  it('reads a list that is separated by commas', () => {
    expect(check('presence.get', { query: { userIds: `${ada},${bob}` } })).toEqual({
      ok: true,
      value: { userIds: [ada, bob] },
    });
    expect(check('presence.get', { query: { userIds: `${ada},` } })).toEqual(refusal('/userIds/1', 'pattern'));
  });
});

describe('the idempotency header', () => {
  it.each([
    ['message.send', { ...inRoom, body: { body: 'x' } }, 'clientMsgId'],
    ['group.join', inRoom, 'commandId'],
    ['member.remove', { path: { conversationId: room, userId: bob } }, 'commandId'],
  ] as const)('of %s stands for the field of the body', (name, parts, field) => {
    expect(check(name, { ...parts, idempotencyKey: commandId })).toMatchObject({
      ok: true,
      value: { [field]: commandId },
    });
  });

  it('may repeat the body, in any case', () => {
    expect(
      check('group.join', { ...inRoom, body: { commandId }, idempotencyKey: commandId.toUpperCase() }),
    ).toMatchObject({
      ok: true,
    });
  });

  it('may not contradict the body', () => {
    expect(check('group.join', { ...inRoom, body: { commandId }, idempotencyKey: ada })).toEqual(
      refusal('/commandId', 'conflict'),
    );
  });

  it('has to be an id', () => {
    expect(check('group.join', { ...inRoom, idempotencyKey: 'again' })).toEqual(refusal('/commandId', 'pattern'));
  });

  it('means nothing where nothing is appended', () => {
    expect(check('user.me', { idempotencyKey: 'again' })).toEqual({ ok: true, value: {} });
  });
});
