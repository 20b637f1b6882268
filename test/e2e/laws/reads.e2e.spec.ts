import type { Fields, HttpAnswer } from '@verbatim/testing/scenario';
import type { Connection } from '../forms/connection.js';
import { addMembers, Device, makeDirect, makeGroup } from './device.js';
import { describeOnEachForm, START_MAX_MS } from '../forms/each-form.js';

const NEWCOMERS = 50;
const READS = 60;
const STRANGE_ID = '0198c0de-0000-7000-8000-000000000000';

const codeOf = ({ body }: HttpAnswer): unknown => (body as Fields | null)?.['code'];

describeOnEachForm('a read that carries the last cursor', (server) => {
  let ada: Device;
  let bob: Device;
  let adaSocket: Connection;
  let bobSocket: Connection;

  beforeAll(async () => {
    await server.start();
    ada = await Device.register(server, 'ada');
    bob = await Device.register(server, 'bob');
    adaSocket = await ada.connect();
    bobSocket = await bob.connect();
  }, START_MAX_MS);
  afterAll(() => server.dispose());

  const pathsOf = (id: string): readonly string[] =>
    ['', '/messages', '/events', '/members'].map((rest) => `/v1/conversations/${id}${rest}`);
  const readAt = (device: Device, path: string, cursor: string): Promise<HttpAnswer> =>
    device.http(path, { headers: { 'chat-cursor': cursor } });

  it('knows a conversation from the push on that made its reader a member', async () => {
    const surprises: unknown[] = [];
    let found = 0;
    for (let index = 0; index < NEWCOMERS; index += 1) {
      const group = await makeGroup(adaSocket);
      void addMembers(adaSocket, group, bob.userId);
      const push = await bobSocket.push(({ ev, d }) => ev === 'member.added' && d['conversationId'] === group);
      const overHttp = pathsOf(group).map((path) => readAt(bob, path, push.cur ?? ''));
      const overSocket = ['conversation.get', 'history.page', 'events.page', 'member.list'].map((op) =>
        bobSocket.ask(op, { conversationId: group }),
      );
      for (const answer of await Promise.all(overHttp)) {
        if (answer.status === 200) found += 1;
        else if (answer.status !== 503 || !answer.headers.has('retry-after')) surprises.push(answer.body);
      }
      for (const reply of await Promise.all(overSocket)) {
        if (reply.ok) found += 1;
        else if (reply.error.code !== 'behind') surprises.push(reply.error);
      }
      const inbox = await readAt(bob, '/v1/inbox', push.cur ?? '');
      const ids = (inbox.body as { conversations?: Fields[] }).conversations?.map((entry) => entry['conversationId']);
      if (inbox.status === 200 && !ids?.includes(group)) surprises.push('not in the inbox');
    }
    expect(surprises).toEqual([]);
    expect(found).toBeGreaterThan(NEWCOMERS * 4);
  }, 60_000);

  it('never shows a device an older state than it was shown', async () => {
    const direct = await makeDirect(adaSocket, bob.userId);
    let isOver = false;
    const sending = (async () => {
      while (!isOver) await adaSocket.send(direct, 'a word');
    })();
    const older: unknown[] = [];
    let highest = -1;
    for (let index = 0; index < READS; index += 1) {
      const { cur, d } =
        bobSocket.pushes.findLast((push) => push.ev === 'message.sent') ??
        (await bobSocket.push(({ ev }) => ev === 'message.sent'));
      highest = Math.max(highest, Number(d['seq']));
      const [path = '', historyPath = ''] = pathsOf(direct);
      const overHttp = await Promise.all([path, historyPath].map((each) => readAt(bob, each, cur ?? '')));
      const heads = overHttp
        .filter(({ status }) => status === 200)
        .map(({ body }) => Number((body as Fields)['headSeq']));
      const reply = await bobSocket.ask('history.page', { conversationId: direct });
      if (reply.ok) heads.push(Number(reply.d['headSeq']));
      if (Math.min(...heads) < highest) older.push({ heads, highest });
      highest = Math.max(highest, heads.at(-1) ?? -1);
    }
    isOver = true;
    await sending;
    expect(older).toEqual([]);
  }, 60_000);

  describe('while the read models stand still', () => {
    let group: string;
    let cur: string;

    beforeAll(async () => {
      group = await makeGroup(adaSocket);
      await ada.getBehind(`/v1/conversations/${group}`, await adaSocket.settle());
      await server.holdReadModels();
      await addMembers(adaSocket, group, bob.userId);
      cur = (await bobSocket.push(({ d }) => d['conversationId'] === group)).cur ?? '';
    });

    it('is answered 503 with a time to wait, whatever it asks for', async () => {
      const asked = [...pathsOf(group), ...pathsOf(STRANGE_ID), '/v1/inbox'].filter(
        (path) => !path.endsWith('/events'),
      );
      for (const answer of await Promise.all(asked.map((path) => readAt(bob, path, cur)))) {
        expect([answer.status, codeOf(answer)]).toEqual([503, 'behind']);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      const reply = await bobSocket.ask('conversation.get', { conversationId: group });
      expect(reply).toMatchObject({ ok: false, error: { code: 'behind', retryable: true } });
    }, 20_000);

    it('is no matter to sends, pushes, and pages of the log', async () => {
      const seq = await bobSocket.send(group, 'said meanwhile');
      await adaSocket.push(({ d }) => d['conversationId'] === group && d['seq'] === seq);
      const page = await readAt(bob, `/v1/conversations/${group}/events?afterSeq=${seq - 1}`, cur);
      expect([page.status, page.body]).toMatchObject([
        200,
        { events: [{ d: { body: 'said meanwhile' } }], headSeq: seq },
      ]);
    });

    it('is no matter to who connects: he is a member as of the log', async () => {
      const late = await (await bob.another()).connect();
      const seq = await adaSocket.send(group, 'to the new device');
      await late.push(({ d }) => d['conversationId'] === group && d['seq'] === seq);
      expect(late.seqs(group)).toEqual([seq]);
      await late.cut();
    });

    it('is answered what it should have been, once they move', async () => {
      await server.releaseReadModels();
      const last = await bobSocket.settle();
      const { headSeq } = await bob.getBehind(`/v1/conversations/${group}`, last);
      expect(headSeq).toBe((await server.conversation(group)).headSeq);
      expect((await readAt(bob, `/v1/conversations/${STRANGE_ID}`, last)).status).toBe(404);
    }, 20_000);
  });

  it('leaves read models that equal a fresh replay', async () => {
    expect(await server.stopAndVerify()).toBe('');
  }, 60_000);
});
