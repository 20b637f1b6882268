import { randomUUID } from 'node:crypto';
import { errorCodes, operationNames, operations, type ErrorCode, type OperationName } from '@verbatim/protocol';
import { ByteSocket } from '@verbatim/testing/scenario';
import { Company } from './authorisation/company.js';
import { KINDS, ROLES, cells, conversationOps, transportsOf } from './authorisation/matrix.js';
import { sampleRequests, type Subject } from './authorisation/sample-requests.js';
import { requestOf } from './scene/operation-request.js';
import { Scene } from './scene/scene.js';

const START_MAX_MS = 60_000;
const MATRIX_MAX_MS = 60_000;

let scene: Scene;
let company: Company;
beforeAll(async () => {
  scene = await Scene.open();
  company = await Company.gather(scene);
}, START_MAX_MS);
afterAll(() => scene.close(), START_MAX_MS);

const nowhere = (): Subject => ({ conversationId: randomUUID(), userId: randomUUID(), deviceId: randomUUID() });

describe('who may do what in a conversation', () => {
  it('covers every operation on conversations, each by every role', () => {
    expect(conversationOps.length).toBeGreaterThanOrEqual(13);
    expect(new Set(cells.map(({ op, role }) => `${op} ${role}`)).size).toBe(conversationOps.length * ROLES.length);
    expect(new Set(cells.map(({ expected }) => expected))).toEqual(
      new Set(['ok', 'conversation-not-found', 'not-a-member', 'not-the-owner', 'not-a-group']),
    );
  });

  it.each(conversationOps)(
    '%s is answered as its access says, to every role, in every kind of conversation, over both transports',
    async (op) => {
      const found: string[] = [];
      for (const { role, kind, transport, expected } of cells.filter((cell) => cell.op === op)) {
        const subject = await company.conversation(kind, role);
        const told = await company.tell(role, transport, op, sampleRequests[op](subject));
        const status = expected === 'ok' || transport === 'socket' ? told.status : errorCodes[expected].status;
        if (told.code !== expected || told.status !== status)
          found.push(`${role} in ${kind} over ${transport}: ${told.status} ${told.code} instead of ${expected}`);
      }
      expect(found).toEqual([]);
    },
    MATRIX_MAX_MS,
  );

  it.each(conversationOps)('%s tells a stranger of a conversation what it tells of none', async (op) => {
    for (const kind of KINDS) {
      if (kind === 'open' && operations[op].access === 'joiner') continue;
      const subject = await company.conversation(kind, 'stranger');
      for (const transport of transportsOf(op)) {
        const ofIt = await company.tell('stranger', transport, op, sampleRequests[op](subject));
        const ofNone = await company.tell('stranger', transport, op, sampleRequests[op]({ ...subject, ...inNone() }));
        expect(ofIt).toEqual(ofNone);
        expect(ofIt.code).toBe('conversation-not-found');
      }
    }
  });
  const inNone = (): Pick<Subject, 'conversationId'> => ({ conversationId: randomUUID() });
});

describe('things of other people', () => {
  it.each(['http', 'socket'] as const)('a device of another answers over %s as one that is none', async (transport) => {
    const { deviceOfOther: deviceId } = company;
    const ofAnother = await company.tell('member', transport, 'device.revoke', { deviceId });
    expect(ofAnother).toEqual(
      await company.tell('member', transport, 'device.revoke', { deviceId: nowhere().deviceId }),
    );
    expect(ofAnother.code).toBe('device-not-found');
    await scene.run(company.person('other'), 'user.me', {});
  });

  it('the presence of somebody one shares nothing with is that of nobody', async () => {
    const stranger = await scene.connect(await scene.register());
    const nobody = nowhere().userId;
    const userIds = [stranger.person.userId, nobody];
    const unknown = userIds.map((userId) => ({ userId, status: 'unknown' }));
    expect(await scene.run(company.person('owner'), 'presence.get', { userIds })).toEqual({ users: unknown });
    const onSocket = await company.client('owner').ask('presence.get', { userIds });
    expect(onSocket).toMatchObject({ ok: true, d: { users: unknown } });
  });
});

describe('who is not logged in', () => {
  const overHttp = operationNames.filter((op) => operations[op].http.length > 0);
  const tell = async (op: OperationName, token?: string): Promise<{ status: number; code: ErrorCode }> => {
    const { path, ...request } = requestOf(op, sampleRequests[op](nowhere()));
    const answer = await fetch(scene.url + path, {
      method: request.method ?? 'GET',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const text = await answer.text();
    const code = answer.status >= 400 ? (JSON.parse(text) as { code: ErrorCode }).code : ('ok' as ErrorCode);
    return { status: answer.status, code };
  };

  it.each(overHttp.filter((op) => operations[op].access !== 'anyone'))('may not %s', async (op) => {
    expect(await tell(op)).toEqual({ status: 401, code: 'not-authenticated' });
    expect(await tell(op, 'not.a.token')).toEqual({ status: 401, code: 'token-invalid' });
  });

  it.each(overHttp.filter((op) => operations[op].access === 'anyone'))('is heard on %s', async (op) => {
    expect(['not-authenticated', 'token-invalid']).not.toContain((await tell(op)).code);
  });

  it('may do nothing on the socket, however much is sent ahead', async () => {
    const socket = await ByteSocket.open(scene.url);
    const ops = operationNames.filter((op) => operations[op].socket && !['ping', 'auth'].includes(op));
    const rows = scene.logRows();
    for (const [id, op] of ops.entries()) socket.sendText(JSON.stringify({ id, op, d: sampleRequests[op](nowhere()) }));
    for (const id of ops.keys()) {
      const reply = await socket.message<{ re?: number; error?: { code: string } }>(({ re }) => re === id);
      expect(reply.error?.code).toBe('not-authenticated');
    }
    expect(scene.logRows()).toBe(rows);
    socket.destroy();
  });

  it('has nothing executed that was sent behind an auth that is refused', async () => {
    const { accessToken } = company.person('member');
    const socket = await ByteSocket.open(scene.url);
    const rows = scene.logRows();
    const forged = `${accessToken.slice(0, -4)}AAAA`;
    socket.sendText(JSON.stringify({ id: 1, op: 'auth', d: { token: forged } }));
    socket.sendText(JSON.stringify({ id: 2, op: 'group.create', d: sampleRequests['group.create'](nowhere()) }));
    expect(await socket.closeCode()).toBe(4500);
    expect(scene.logRows()).toBe(rows);
  });
});
