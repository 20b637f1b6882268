import type { UserId } from '@verbatim/domain';
import { runGateway, someActor, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

const ada = someActor();
const bob = someActor();
const adaId = ada.userId as UserId;
const bobId = bob.userId as UserId;

describe('membership at the revision', () => {
  let running: RunningGateway;
  beforeEach(async () => {
    running = await runGateway();
  });
  afterEach(() => running.close());

  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it('pushes a removed member his removal and nothing after it, while sends race it', async () => {
    const group = await running.writer.group(adaId, bobId);
    const removed = await TestClient.connect(running.port, bob);
    const owner = await TestClient.connect(running.port, ada);
    const sends = Array.from({ length: 500 }, (_, index) => running.writer.send(group, adaId, `${index}`));
    const removal = running.writer.remove(group, bobId, adaId);
    const late = Array.from({ length: 500 }, (_, index) => running.writer.send(group, adaId, `late ${index}`));
    const seq = await removal;
    await Promise.all([...sends, ...late]);
    await owner.push('message.sent', ({ body }) => body === 'late 499');
    await removed.settle();
    expect(removed.seqs(group)).toEqual(upTo(seq));
    expect(removed.pushes.at(-1)?.ev).toBe('member.removed');
    expect(owner.seqs(group)).toEqual(upTo(1_001));
  });

  it('pushes a new member his own addition and all after it', async () => {
    const group = await running.writer.group(adaId);
    const added = await TestClient.connect(running.port, bob);
    await running.writer.send(group, adaId, 'before');
    const seq = await running.writer.add(group, adaId, bobId);
    await running.writer.send(group, adaId, 'after');
    await added.push('message.sent');
    expect(added.seqs(group)).toEqual([seq, seq + 1]);
    expect((await added.push('member.added')).d).toMatchObject({ userIds: [bobId], addedBy: adaId });
  });

  it('registers a session on the membership of now when the read model is behind', async () => {
    const group = await running.writer.group(adaId, bobId);
    await running.readModels.fold();
    running.readModels.pause();
    await running.writer.remove(group, bobId, adaId);
    const other = await running.writer.group(adaId, bobId);
    const client = await TestClient.connect(running.port, bob);
    await running.writer.send(group, adaId, 'not for bob');
    const seq = await running.writer.send(other, adaId, 'for bob');
    await client.push('message.sent', ({ conversationId }) => conversationId === other);
    expect([client.seqs(group), client.seqs(other)]).toEqual([[], [seq]]);
  });

  it('ends a former member’s pages at his removal', async () => {
    const group = await running.writer.group(adaId, bobId);
    const seq = await running.writer.remove(group, bobId, adaId);
    await running.writer.send(group, adaId, 'secret');
    const client = await TestClient.connect(running.port, bob);
    const page = await client.request('events.page', { conversationId: group, afterSeq: -1 });
    expect(page).toMatchObject({ toSeq: seq, headSeq: seq });
    expect(page.events.map(({ ev }: { ev: string }) => ev)).toEqual(['group.created', 'member.removed']);
    const beyond = await client.request('events.page', { conversationId: group, afterSeq: 40 });
    expect(beyond).toEqual({ events: [], toSeq: seq, headSeq: seq });
  });

  it('shows a page of the log no further than the removal that the read model has not seen', async () => {
    const group = await running.writer.group(adaId, bobId);
    const client = await TestClient.connect(running.port, bob);
    await running.readModels.fold();
    running.readModels.pause();
    const seq = await running.writer.remove(group, bobId, adaId);
    await running.writer.send(group, adaId, 'secret');
    const page = await client.request('events.page', { conversationId: group });
    expect(page).toMatchObject({ toSeq: seq, headSeq: seq });
  });

  it('answers a stranger as if there were no such conversation', async () => {
    const group = await running.writer.group(adaId);
    const client = await TestClient.connect(running.port, bob);
    for (const op of ['events.page', 'history.page', 'conversation.get', 'member.list']) {
      const [real, none] = await Promise.all([
        client.ask(op, { conversationId: group }),
        client.ask(op, { conversationId: '00000000-0000-4000-8000-000000000000' }),
      ]);
      expect([op, real.error.code]).toEqual([op, 'conversation-not-found']);
      expect({ ...real.error, traceId: '' }).toEqual({ ...none.error, traceId: '' });
    }
  });
});
