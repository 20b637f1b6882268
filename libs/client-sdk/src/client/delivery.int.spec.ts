import { Scene, stores } from './client.fixtures.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

describe('sending and receiving', () => {
  it('brings a message to both sides once, with the same seq', async () => {
    const { ada, bob } = await scene.adaAndBob();
    const ack = await scene.say(ada, 'hello');
    await Promise.all([ada.hears('hello'), bob.hears('hello')]);
    expect(ack).toMatchObject({ seq: 1, duplicate: false });
    expect([ada.seqs(), bob.seqs()]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('settles the local echo once, although the push comes before the reply', async () => {
    const { ada } = await scene.adaAndBob();
    const acked: number[] = [];
    ada.client.on('message.acked', ({ ack }) => acked.push(ack.seq));
    const pushed = ada.client.next('event');
    await scene.say(ada, 'hello');
    await pushed;
    await ada.client.call('user.me', {});
    expect(acked).toEqual([1]);
  });

  it('reports what arrived as delivered and what was read as read', async () => {
    const { ada, bob } = await scene.adaAndBob();
    const delivered = ada.client.next('receipts', ({ users }) => users.some((one) => one.deliveredUpTo === 1));
    await scene.say(ada, 'hello');
    expect(await delivered).toMatchObject({ users: [{ userId: bob.userId, deliveredUpTo: 1, readUpTo: -1 }] });
    const read = ada.client.next('receipts', ({ users }) => users.some((one) => one.readUpTo === 1));
    bob.client.markRead(scene.conversationId, 1);
    await read;
    expect(ada.client.receiptsOf(scene.conversationId)).toEqual([
      { userId: bob.userId, deliveredUpTo: 1, readUpTo: 1 },
    ]);
  });

  it('asks for what was received and read while it was away', async () => {
    const { ada, bob } = await scene.adaAndBob();
    await scene.say(ada, 'hello');
    await ada.client.close();
    scene.server.model.advance(bob.userId, scene.conversationId, 1, 1);
    await ada.client.connect();
    const risen = ada.client.next('receipts', ({ users }) => users.some((one) => one.readUpTo === 1));
    const known = await ada.client.loadReceipts(scene.conversationId);
    expect(known).toContainEqual({ userId: bob.userId, deliveredUpTo: 1, readUpTo: 1 });
    expect(await risen).toMatchObject({ conversationId: scene.conversationId });
  });

  it('shows who types, and that he stopped when he went silent', async () => {
    const { ada, bob } = await scene.adaAndBob({ limits: { typingTimeoutMs: 20 } });
    const typing = ada.client.next('typing', ({ typing: on }) => on);
    const silent = ada.client.next('typing', ({ typing: on }) => !on);
    bob.client.typed(scene.conversationId);
    expect(await typing).toMatchObject({ userId: bob.userId });
    expect(await silent).toMatchObject({ userId: bob.userId });
  });

  it('sets the focus anew on every connection', async () => {
    const { ada } = await scene.adaAndBob();
    ada.client.focus([scene.conversationId]);
    await scene.server.until(() => scene.server.requestsOf('focus.set').length === 1);
    scene.server.connections[0]?.socket.terminate();
    await scene.server.until(() => scene.server.requestsOf('focus.set').length === 2);
    expect(scene.server.latest.requests.map(({ op }) => op)).toContain('focus.set');
  });
});

describe('a lost reply', () => {
  it('makes the same message go again with the same id, and the log has it once', async () => {
    const { ada, bob } = await scene.adaAndBob();
    let drops = 2;
    scene.server.script.intercepts = (request, connection) => {
      if (request.op !== 'message.send' || drops === 0) return false;
      drops -= 1;
      // The first is lost before the append, the second after it and before the ack.
      if (drops === 0)
        scene.server.model.send(ada.userId, scene.conversationId, String(request.d['clientMsgId']), 'hello');
      connection.socket.terminate();
      return true;
    };
    const ack = await scene.say(ada, 'hello');
    await bob.hears('hello');
    const ids = scene.server.requestsOf('message.send').map(({ d }) => d['clientMsgId']);
    expect(new Set(ids).size).toBe(1);
    expect(ack.seq).toBe(1);
    expect([ada.bodies(), bob.bodies()]).toEqual([['hello'], ['hello']]);
  });

  it('does not matter when the push came: the push is the ack', async () => {
    const { ada } = await scene.adaAndBob();
    scene.server.script.intercepts = ({ op, d }) => {
      if (op !== 'message.send') return false;
      scene.server.model.send(ada.userId, scene.conversationId, String(d['clientMsgId']), 'hello');
      return true;
    };
    expect(await scene.say(ada, 'hello')).toMatchObject({ seq: 1 });
    expect(scene.server.requestsOf('message.send')).toHaveLength(1);
    expect(ada.client.unsent).toBe(0);
  });

  it('of a command makes the command go again with the same command id', async () => {
    const { ada } = await scene.adaAndBob();
    let drops = 1;
    scene.server.script.intercepts = (request, connection) => {
      if (request.op !== 'group.create' || drops === 0) return false;
      drops -= 1;
      connection.socket.terminate();
      return true;
    };
    await ada.client.call('group.create', { name: 'tea', visibility: 'open' });
    const ids = scene.server.requestsOf('group.create').map(({ d }) => d['commandId']);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a restart', () => {
  it('sends what was written before it, and brings what was missed, each once', async () => {
    const kept = stores();
    const { ada, bob } = await scene.adaAndBob({ kept });
    await scene.say(bob, 'seen');
    await ada.hears('seen');
    scene.server.script.intercepts = (request) => request.op === 'message.send' && request.d['body'] === 'mine';
    await ada.client.enqueue({ conversationId: scene.conversationId, body: 'mine' });
    await scene.server.until(() => scene.server.requestsOf('message.send').some(({ d }) => d['body'] === 'mine'));
    await ada.client.close();
    scene.server.script.intercepts = undefined;
    await scene.say(bob, 'missed');
    const again = await scene.person('ada', { kept });
    await Promise.all([again.hears('missed'), again.hears('mine')]);
    expect(again.bodies()).toEqual(['missed', 'mine']);
    const tries = scene.server.requestsOf('message.send').filter(({ d }) => d['body'] === 'mine');
    expect(tries.length).toBeGreaterThanOrEqual(2);
    expect(new Set(tries.map(({ d }) => JSON.stringify(d))).size).toBe(1);
  });
});
