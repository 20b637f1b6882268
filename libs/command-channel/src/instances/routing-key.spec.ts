import type { OperationCall } from '@verbatim/http-edge';
import { conversationIdOfCommand, conversationIdOfPair } from '@verbatim/platform';
import { someCall, somebody } from '../channel.fixtures.js';
import { isRepeatable, withCommandId } from './call-rules.js';
import { routingKeyOf } from './routing-key.js';

const OTHER = '018f0000-0000-7000-8000-000000000002';
const COMMAND = '018f0000-0000-7000-8000-00000000c0de';
const anonymous = (op: string, d: OperationCall['d']): OperationCall => ({ ...someCall(op, d), actor: null });

describe('the key that a call is routed by', () => {
  it('is the conversation where the call names one', () => {
    expect(routingKeyOf(someCall('message.send', { conversationId: OTHER }))).toBe(OTHER);
  });

  it('is the id that the direct conversation of the two will have', () => {
    const call = someCall('conversation.direct', { userId: OTHER });
    expect(routingKeyOf(call)).toBe(conversationIdOfPair(somebody.userId, OTHER));
  });

  it('is the id that the group will have', () => {
    const call = someCall('group.create', { commandId: COMMAND });
    expect(routingKeyOf(call)).toBe(conversationIdOfCommand(somebody.userId, COMMAND));
  });

  it('is whoever calls for everything else, by user id, user name or address', () => {
    expect(routingKeyOf(someCall('user.update', { displayName: 'Ada' }))).toBe(somebody.userId);
    expect(routingKeyOf(anonymous('account.login', { userName: 'ada' }))).toBe('ada');
    expect(routingKeyOf(anonymous('account.refresh', { refreshToken: 'x' }))).toBe('192.0.2.1');
  });
});

describe('a call without a command id', () => {
  it('gets one where its operation knows one', () => {
    const { d } = withCommandId(someCall('group.rename', { conversationId: OTHER, name: 'tea' }));
    expect(d['commandId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps the one that it has', () => {
    const call = someCall('group.rename', { conversationId: OTHER, name: 'tea', commandId: COMMAND });
    expect(withCommandId(call)).toBe(call);
  });

  it.each(['message.send', 'receipt.advance', 'account.login'])('gets none for %s', (op) => {
    expect(withCommandId(someCall(op, {})).d).toEqual({});
  });
});

describe('repeating a call of which nobody knows what became', () => {
  it.each(['message.send', 'member.remove', 'device.revoke', 'receipt.advance', 'account.logout'])(
    'is done for %s',
    (op) => expect(isRepeatable(op)).toBe(true),
  );

  it.each(['account.register', 'account.login', 'account.refresh', 'account.change-password'])(
    'is left to the client for %s',
    (op) => expect(isRepeatable(op)).toBe(false),
  );
});
