import type { UserId } from '@verbatim/domain';
import { runGateway, someActor, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

const [ada, bob, cleo] = [someActor(), someActor(), someActor()];
const [adaId, bobId, cleoId] = [ada, bob, cleo].map(({ userId }) => userId as UserId) as [UserId, UserId, UserId];

describe('what is never stored', () => {
  let running: RunningGateway;
  beforeEach(async () => {
    running = await runGateway();
  });
  afterEach(() => running.close());
  const connect = (actor: typeof ada) => TestClient.connect(running.port, actor);
  const evs = (client: TestClient) => client.pushes.map(({ ev }) => ev).filter((ev) => ev !== 'hello');

  it('typing reaches those who focus the conversation, without a cursor, and not the typist', async () => {
    const group = await running.writer.group(adaId, bobId, cleoId);
    const [typist, focused, elsewhere] = await Promise.all([connect(ada), connect(bob), connect(cleo)]);
    for (const client of [typist, focused]) await client.request('focus.set', { conversationIds: [group] });
    await typist.request('typing.set', { conversationId: group, typing: true });
    const push = await focused.push('typing');
    expect(push).toEqual({ ev: 'typing', d: { conversationId: group, userId: adaId, typing: true } });
    for (const client of [typist, elsewhere]) await client.settle();
    expect([evs(typist).includes('typing'), evs(elsewhere)]).toEqual([false, []]);
    expect((await focused.settle()).n).toBe(0);
  });

  it('a focus ends with the membership', async () => {
    const group = await running.writer.group(adaId, bobId);
    const [owner, removed] = await Promise.all([connect(ada), connect(bob)]);
    await removed.request('focus.set', { conversationIds: [group] });
    await running.writer.remove(group, bobId, adaId);
    await removed.push('member.removed');
    await owner.request('typing.set', { conversationId: group, typing: true });
    await removed.settle();
    expect(evs(removed)).not.toContain('typing');
    const refusals = [
      await removed.ask('focus.set', { conversationIds: [group] }),
      await removed.ask('typing.set', { conversationId: group, typing: true }),
    ];
    expect(refusals.map(({ error }) => error.code)).toEqual(['not-a-member', 'not-a-member']);
  });

  it('nobody focuses or types where he is a stranger', async () => {
    const group = await running.writer.group(adaId);
    const stranger = await connect(bob);
    const refusals = [
      await stranger.ask('focus.set', { conversationIds: [group] }),
      await stranger.ask('typing.set', { conversationId: group, typing: true }),
    ];
    expect(refusals.map(({ error }) => error.code)).toEqual(['conversation-not-found', 'conversation-not-found']);
  });

  it('presence is told to those who focus a conversation with the user, when he comes', async () => {
    const direct = await running.writer.direct(adaId, bobId);
    const watcher = await connect(ada);
    await watcher.request('focus.set', { conversationIds: [direct] });
    const bobs = await connect(bob);
    expect((await watcher.push('presence')).d).toEqual({ userId: bobId, status: 'online' });
    await bobs.leave();
  });

  it('a new focus is told who is there', async () => {
    const group = await running.writer.group(adaId, bobId, cleoId);
    await connect(bob);
    const watcher = await connect(ada);
    await watcher.request('focus.set', { conversationIds: [group] });
    expect((await watcher.push('presence')).d).toEqual({ userId: bobId, status: 'online' });
  });

  it('presence of those with whom nothing is shared is unknown, as of those who do not exist', async () => {
    await running.writer.direct(adaId, bobId);
    const asker = await connect(ada);
    await Promise.all([connect(bob), connect(cleo)]);
    const nobody = someActor().userId;
    const { users } = await asker.request('presence.get', { userIds: [adaId, bobId, cleoId, nobody] });
    expect(users).toEqual([
      { userId: adaId, status: 'online' },
      { userId: bobId, status: 'online' },
      { userId: cleoId, status: 'unknown' },
      { userId: nobody, status: 'unknown' },
    ]);
  });

  describe('receipts', () => {
    it('of a direct conversation reach both sides, with a cursor', async () => {
      const direct = await running.writer.direct(adaId, bobId);
      const [ours, theirs] = await Promise.all([connect(ada), connect(bob)]);
      await running.writer.receipts(direct, bobId, 0);
      for (const client of [ours, theirs]) {
        const push = await client.push('receipt.advanced');
        expect(push).toMatchObject({
          cur: expect.any(String),
          d: { conversationId: direct, users: [{ userId: bobId, deliveredUpTo: 0, readUpTo: 0 }] },
        });
      }
    });

    it('of a group reach those who focus it, and the own devices of the reader', async () => {
      const group = await running.writer.group(adaId, bobId, cleoId);
      const [focused, reader, elsewhere] = await Promise.all([connect(ada), connect(bob), connect(cleo)]);
      await focused.request('focus.set', { conversationIds: [group] });
      await running.writer.receipts(group, bobId, 0);
      await Promise.all([focused.push('receipt.advanced'), reader.push('receipt.advanced')]);
      await elsewhere.settle();
      expect(evs(elsewhere)).toEqual([]);
    });
  });
});
