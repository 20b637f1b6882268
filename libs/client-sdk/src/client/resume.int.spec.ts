import type { Push } from '@verbatim/protocol';
import { Scene, stores } from './client.fixtures.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

const isMessage = (push: Push, body: string): boolean => push.ev === 'message.sent' && push.d.body === body;

describe('resuming', () => {
  it('brings exactly what was pushed while the line was cut', async () => {
    const { ada, bob } = await scene.adaAndBob();
    await scene.say(bob, '1');
    await ada.hears('1');
    const backingOff = ada.client.next('connection', ({ status }) => status === 'backing-off');
    scene.server.connections[0]?.socket.terminate();
    await backingOff;
    await scene.say(bob, '2');
    await ada.hears('2');
    expect(ada.seqs()).toEqual([0, 1, 2]);
  });

  it('loads the inbox after a reset and fetches what lies between', async () => {
    const kept = stores();
    const { ada, bob } = await scene.adaAndBob({ kept });
    await scene.say(bob, '1');
    await ada.hears('1');
    await ada.client.close();
    for (const body of ['2', '3', '4']) await scene.say(bob, body);
    scene.server.script.resets = true;
    const again = await scene.person('ada', { kept });
    await again.hears('4');
    expect(again.seqs()).toEqual([2, 3, 4]);
  });

  it('goes on from the cursor of the inbox when nothing was pushed since', async () => {
    const ada = await scene.person('ada');
    const again = ada.client.next('connection', ({ status }) => status === 'live');
    scene.server.connections[0]?.socket.terminate();
    await again;
    expect(scene.server.connections[0]?.requests[0]?.d['cursor']).toBeUndefined();
    expect(scene.server.latest.requests[0]?.d['cursor']).toBe('-1');
  });

  it('drops what was pushed while the inbox loaded and the state holds already', async () => {
    const { ada, bob } = await scene.adaAndBob();
    await scene.say(bob, '1');
    await ada.hears('1');
    scene.server.script.resets = true;
    scene.server.script.intercepts = (request, connection) => {
      if (request.op !== 'inbox.page') return false;
      // Pushed before the inbox is read: it is in the state and in the stream.
      scene.server.model.send(bob.userId, scene.conversationId, 'c2', '2');
      connection.serve(request);
      scene.server.model.send(bob.userId, scene.conversationId, 'c3', '3');
      return true;
    };
    scene.server.connections[0]?.socket.terminate();
    await ada.hears('3');
    expect(ada.seqs()).toEqual([0, 1, 2, 3]);
  });

  it('reports a hole that is too long to be fetched as a gap', async () => {
    const kept = stores();
    const { ada, bob } = await scene.adaAndBob({ kept });
    await scene.say(bob, '1');
    await ada.hears('1');
    await ada.client.close();
    for (const body of ['2', '3', '4']) await scene.say(bob, body);
    scene.server.script.resets = true;
    const gaps: unknown[] = [];
    const again = await scene.person('ada', { kept, limits: { gapFillEventsMax: 2 } });
    again.client.on('gap', (gap) => gaps.push(gap));
    await scene.say(bob, '5');
    await again.hears('5');
    expect(again.seqs()).toEqual([5]);
    expect(again.client.lastSeq(scene.conversationId)).toBe(5);
  });
});

describe('a lost push', () => {
  it('is fetched when the next one shows the hole', async () => {
    const { ada, bob } = await scene.adaAndBob();
    scene.server.script.losesPush = (push) => isMessage(push, 'lost');
    await scene.say(bob, 'lost');
    await scene.say(bob, 'next');
    await ada.hears('next');
    expect(ada.bodies()).toEqual(['lost', 'next']);
  });

  it('is noticed by the heartbeat when nothing follows it', async () => {
    scene.server.script.heartbeatMs = 40;
    const { ada, bob } = await scene.adaAndBob();
    let losses = 2;
    scene.server.script.losesPush = (push) => isMessage(push, 'lost') && losses-- > 0;
    scene.server.model.send(bob.userId, scene.conversationId, 'c1', 'lost');
    await Promise.all([ada.hears('lost'), bob.hears('lost')]);
    expect(ada.seqs()).toEqual([0, 1]);
  });

  it('is passed over and reported when the server will not give it', async () => {
    const { ada, bob } = await scene.adaAndBob();
    const gap = ada.client.next('gap');
    scene.server.script.intercepts = (request, connection) => {
      if (request.op !== 'events.page') return false;
      connection.refuse(request, 'conversation-not-found');
      return true;
    };
    scene.server.script.losesPush = (push) => isMessage(push, 'lost');
    await scene.say(bob, 'lost');
    await scene.say(bob, 'next');
    expect(await gap).toEqual({ conversationId: scene.conversationId, fromSeq: 1, toSeq: 1 });
    await ada.hears('next');
    expect(ada.bodies()).toEqual(['next']);
  });
});

describe('a gap that the server announces', () => {
  it('is filled', async () => {
    const { ada, bob } = await scene.adaAndBob();
    scene.server.script.losesPush = (push) => isMessage(push, 'lost');
    scene.server.model.send(bob.userId, scene.conversationId, 'c1', 'lost');
    const gap = { conversationId: scene.conversationId, fromSeq: 1, toSeq: 1 };
    scene.server.connections[0]?.push({ ev: 'gap', d: gap });
    await ada.hears('lost');
    expect(ada.seqs()).toEqual([0, 1]);
  });
});
