import { randomUUID } from 'node:crypto';
import type { UserId } from '@verbatim/domain';
import { openMemoryEventStore, type EventStore } from '@verbatim/event-store';
import { createLogger, pause, systemClock } from '@verbatim/platform';
import { openPresence, type PresenceRegistry } from '@verbatim/presence';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import { runGateway, someActor, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

const logger = createLogger({ name: 'spec', level: 'silent' });

describeWithEngine('redis', (engine) => {
  describe('what is never stored, between two gateways', () => {
    let server: RunningEngine;
    let [ada, bob, cleo] = [someActor(), someActor(), someActor()];
    const idOf = ({ userId }: typeof ada): UserId => userId as UserId;
    let store: EventStore;
    let presences: PresenceRegistry[];
    let north: RunningGateway;
    let south: RunningGateway;
    beforeAll(async () => {
      server = await engine.start();
    });
    beforeEach(async () => {
      [ada, bob, cleo] = [someActor(), someActor(), someActor()];
      store = openMemoryEventStore();
      const open = (gatewayId: string) => openPresence(server.url, { gatewayId, clock: systemClock, logger });
      presences = [await open('north'), await open('south')];
      [north, south] = (await Promise.all(presences.map((presence) => runGateway({ store, presence })))) as [
        RunningGateway,
        RunningGateway,
      ];
    });
    afterEach(async () => {
      await Promise.all([north, south].map((gateway) => gateway.close()));
      await Promise.all(presences.map((presence) => presence.close()));
    });
    const focus = async (at: RunningGateway, actor: typeof ada, conversationId: string): Promise<TestClient> => {
      const client = await TestClient.connect(at.port, actor);
      await client.request('focus.set', { conversationIds: [conversationId] });
      return client;
    };
    const type = (client: TestClient, conversationId: string) =>
      client.request('typing.set', { conversationId, typing: true });
    const evs = (client: TestClient, ev: string) => client.pushes.filter((push) => push.ev === ev).map(({ d }) => d);
    /** Redis hands messages on in order: when this one has arrived, so has all that was sent before. */
    const signalsSettle = async (from: PresenceRegistry, to: PresenceRegistry): Promise<void> => {
      to.signals.follow('settle');
      const arrived = new Promise<void>((resolve) =>
        to.signals.onSignal((topic) => (topic === 'settle' ? resolve() : undefined)),
      );
      await to.whereAre(['nobody']);
      const again = setInterval(() => from.signals.publish('settle', ''), 5);
      await arrived;
      clearInterval(again);
    };

    it('typing reaches those who focus the conversation at the other gateway', async () => {
      const group = await north.writer.group(idOf(ada), idOf(bob), idOf(cleo));
      const elsewhere = await TestClient.connect(south.port, cleo);
      const focused = await focus(south, bob, group);
      const typist = await focus(north, ada, group);
      const beside = await focus(north, someActor(idOf(bob)), group);
      const [from, to] = presences as [PresenceRegistry, PresenceRegistry];
      await signalsSettle(from, to);
      await type(typist, group);
      const push = await focused.push('typing');
      expect(push).toEqual({ ev: 'typing', d: { conversationId: group, userId: idOf(ada), typing: true } });
      await signalsSettle(to, from);
      await beside.settle();
      expect(evs(beside, 'typing')).toEqual([push.d]);
      for (const client of [typist, elsewhere]) {
        await client.settle();
        expect(evs(client, 'typing')).toEqual([]);
      }
    });

    it('typing reaches nobody who was removed before it, and nobody who does not focus any more', async () => {
      const group = await north.writer.group(idOf(ada), idOf(bob), idOf(cleo));
      const [typist, removed, unfocused] = [
        await focus(north, ada, group),
        await focus(south, bob, group),
        await focus(south, cleo, group),
      ];
      const [from, to] = presences as [PresenceRegistry, PresenceRegistry];
      await signalsSettle(from, to);
      await north.writer.remove(group, idOf(bob), idOf(ada));
      await typist.push('member.removed');
      await unfocused.request('focus.set', { conversationIds: [] });
      await type(typist, group);
      await signalsSettle(from, to);
      for (const client of [removed, unfocused]) {
        await client.settle();
        expect(evs(client, 'typing')).toEqual([]);
      }
    });

    it('presence of somebody elsewhere is told to a new focus, and so is his leaving', async () => {
      const group = await north.writer.group(idOf(ada), idOf(bob));
      const bobs = await TestClient.connect(north.port, bob);
      await presences[0]?.whereAre([idOf(bob)]);
      const watcher = await focus(south, ada, group);
      expect((await watcher.push('presence')).d).toEqual({ userId: idOf(bob), status: 'online' });
      await bobs.leave();
      const left = await watcher.push('presence', ({ status }) => status === 'offline');
      expect(left.d).toEqual({ userId: idOf(bob), status: 'offline', lastSeenAt: expect.any(String) });
    }, 15_000);

    it('presence of somebody who left the conversation is told to nobody for it', async () => {
      const group = await north.writer.group(idOf(ada), idOf(bob), idOf(cleo));
      const watcher = await focus(south, ada, group);
      await north.writer.remove(group, idOf(bob), idOf(ada));
      await watcher.push('member.removed');
      const [bobs, cleos] = [await TestClient.connect(north.port, bob), await TestClient.connect(north.port, cleo)];
      await watcher.push('presence', ({ userId }) => userId === idOf(cleo));
      expect(evs(watcher, 'presence')).toEqual([{ userId: idOf(cleo), status: 'online' }]);
      for (const client of [bobs, cleos]) await client.leave();
    });

    it('messages are delivered and typing stays local while Redis is killed; afterwards presence is told again', async () => {
      const group = await north.writer.group(idOf(ada), idOf(bob), idOf(cleo));
      const [typist, near, far] = [
        await focus(north, ada, group),
        await focus(north, cleo, group),
        await focus(south, bob, group),
      ];
      await server.kill();
      while (presences.some(({ isUp }) => isUp)) await pause(5);
      await type(typist, group);
      await near.push('typing');
      await typist.request('message.send', { conversationId: group, body: 'hello', clientMsgId: randomUUID() });
      await Promise.all([near.push('message.sent'), far.push('message.sent')]);
      const { users } = await typist.request('presence.get', { userIds: [idOf(ada), idOf(bob), idOf(cleo)] });
      expect(users.map(({ status }: { status: string }) => status)).toEqual(['online', 'unknown', 'online']);
      await server.restart();
      while (presences.some(({ isUp }) => !isUp)) await pause(5);
      const dora = await focus(south, someActor(idOf(ada)), group);
      await dora.push('presence', ({ userId, status }) => userId === idOf(cleo) && status === 'online');
      await signalsSettle(presences[0] as PresenceRegistry, presences[1] as PresenceRegistry);
      await type(near, group);
      await far.push('typing');
      expect(evs(far, 'typing')).toEqual([{ conversationId: group, userId: idOf(cleo), typing: true }]);
    }, 15_000);
  });
});
