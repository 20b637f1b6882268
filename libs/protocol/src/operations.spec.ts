import type { TObject } from 'typebox';
import {
  audienceOf,
  isSocketOperationName,
  operationNames,
  operations,
  pathFieldsOf,
  socketOperationNames,
  successStatusOf,
} from './index.js';
import { requestSchemas } from './schemas.js';

const routes = operationNames.flatMap((name) => operations[name].http.map((binding) => ({ name, binding })));
const routeTitles = routes.map((route) => [`${route.binding.method} ${route.binding.path}`, route] as const);

describe('the operation table', () => {
  it('has the socket operations of the contract', () => {
    expect([...socketOperationNames].sort()).toEqual(
      [
        'auth auth.refresh ping user.me user.update user.get device.list device.revoke presence.get',
        'conversation.direct conversation.get inbox.page group.create group.join group.leave group.rename',
        'member.add member.remove member.list message.send history.page events.page',
        'receipt.advance receipt.list typing.set focus.set',
      ]
        .join(' ')
        .split(' ')
        .sort(),
    );
  });

  it.each([
    'POST /v1/auth/register',
    'POST /v1/auth/login',
    'POST /v1/auth/refresh',
    'POST /v1/auth/logout',
    'GET /v1/me',
    'PATCH /v1/me',
    'GET /v1/users/{userId}',
    'GET /v1/users',
    'POST /v1/conversations/direct',
    'POST /v1/groups',
    'POST /v1/conversations/{conversationId}/join',
    'POST /v1/conversations/{conversationId}/leave',
    'PATCH /v1/conversations/{conversationId}',
    'GET /v1/conversations/{conversationId}',
    'POST /v1/conversations/{conversationId}/members',
    'DELETE /v1/conversations/{conversationId}/members/{userId}',
    'GET /v1/conversations/{conversationId}/members',
    'POST /v1/conversations/{conversationId}/messages',
    'GET /v1/conversations/{conversationId}/messages',
    'GET /v1/conversations/{conversationId}/events',
    'GET /v1/inbox',
    'POST /v1/conversations/{conversationId}/receipts',
    'GET /v1/conversations/{conversationId}/receipts',
    'POST /v1/conversations/{conversationId}/typing',
    'GET /v1/presence',
    'GET /v1/sync',
    'GET /v1/stream',
    'GET /health/live',
    'GET /health/ready',
    'GET /metrics',
    'GET /v1/.well-known/jwks.json',
    'GET /openapi.json',
    'GET /asyncapi.json',
  ])('serves %s, as the contract says', (title) => {
    expect(routeTitles.map(([known]) => known)).toContain(title);
  });

  it('has every route once', () => {
    expect(new Set(routeTitles.map(([title]) => title)).size).toBe(routes.length);
  });

  it.each(routeTitles)('%s places every field of the request once', (_, { name, binding }) => {
    const fields = Object.keys((requestSchemas[name] as TObject).properties);
    const placed = [...pathFieldsOf(binding), ...(binding.query ?? []), ...(binding.body ?? [])];
    expect(new Set(placed).size).toBe(placed.length);
    const inHeader = binding.method === 'DELETE' ? [operations[name].idempotencyField] : [];
    // The two routes of user.get share its two fields: each route has one.
    const elsewhere = name === 'user.get' ? ['userId', 'userName'] : [];
    expect(fields.filter((field) => ![...placed, ...inHeader, ...elsewhere].includes(field))).toEqual([]);
    expect(placed.filter((field) => !fields.includes(field))).toEqual([]);
  });

  it.each(routeTitles)('%s has a body only where the method has one', (_, { binding }) => {
    const mayHaveBody = binding.method === 'POST' || binding.method === 'PATCH';
    expect(binding.body !== undefined && !mayHaveBody).toBe(false);
    expect(binding.query !== undefined && binding.method !== 'GET').toBe(false);
  });

  it.each(operationNames)('%s can be reached, and takes its idempotency field', (name) => {
    const { socket, http, idempotencyField } = operations[name];
    expect(socket || http.length > 0).toBe(true);
    const fields = Object.keys((requestSchemas[name] as TObject).properties);
    expect(fields.filter((field) => field === 'commandId' || field === 'clientMsgId')).toEqual(
      idempotencyField ? [idempotencyField] : [],
    );
  });

  it('lets nobody without a token do more than log in, keep a connection alive and read what is public', () => {
    expect(operationNames.filter((name) => audienceOf(operations[name]) === 'public').sort()).toEqual([
      'account.login',
      'account.refresh',
      'account.register',
      'auth',
      'document.asyncapi',
      'document.openapi',
      'health.live',
      'health.ready',
      'keys.list',
      'metrics.read',
      'ping',
    ]);
  });

  it.each(['constructor', '__proto__', 'account.login', 'sync.poll', '', 'MESSAGE.SEND'])(
    'does not take %j for an operation of the socket',
    (name) => {
      expect(isSocketOperationName(name)).toBe(false);
    },
  );
});

describe('the status of a success', () => {
  it.each([
    ['message.send', { duplicate: false }, 201],
    ['message.send', { duplicate: true }, 200],
    ['conversation.direct', { created: false }, 200],
    ['conversation.direct', { created: true }, 201],
    ['group.create', { seq: 0 }, 201],
    ['receipt.advance', {}, 204],
    ['history.page', {}, 200],
  ] as const)('of %s with %j is %i', (name, reply, status) => {
    expect(successStatusOf(operations[name], reply)).toBe(status);
  });
});
