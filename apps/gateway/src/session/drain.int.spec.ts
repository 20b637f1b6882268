import { randomUUID } from 'node:crypto';
import { MemoryGatewayRegistry } from '@verbatim/discovery';
import type { OperationHandler } from '@verbatim/http-edge';
import { runGateway, someActor, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

const message = () => ({ conversationId: randomUUID(), clientMsgId: randomUUID(), body: 'hello' });

/** Commands that wait until they are let go. */
const heldCommands = () => {
  const taken = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const commands: OperationHandler = async () => {
    taken.resolve();
    await held.promise;
    return { ok: true, status: 201, dText: '{"seq":1}' };
  };
  return { commands, taken: taken.promise, letGo: held.resolve };
};

describe('a gateway on its way out', () => {
  let running: RunningGateway;
  const closeServer = async (): Promise<void> => {
    await running.server.close();
    await running.store.close();
  };

  it('says goaway, answers what it was asked before, and closes with 4001', async () => {
    const { commands, taken, letGo } = heldCommands();
    running = await runGateway({ commands });
    const busy = await TestClient.connect(running.port, someActor());
    const idle = await TestClient.connect(running.port, someActor());
    const answer = busy.request('message.send', message());
    await taken;
    const closed = running.gateway.close();
    for (const client of [busy, idle]) expect((await client.push('goaway')).d.afterMs).toBeLessThanOrEqual(5_000);
    expect((await idle.closed()).code).toBe(4001);
    letGo();
    expect(await answer).toEqual({ seq: 1 });
    expect((await busy.closed()).code).toBe(4001);
    await closed;
    await closeServer();
  });

  it('takes no new socket, is not ready, and says so to the others', async () => {
    const { commands, taken, letGo } = heldCommands();
    const registry = new MemoryGatewayRegistry();
    running = await runGateway({ commands, registry });
    const client = await TestClient.connect(running.port, someActor());
    client.send({ id: 1, op: 'message.send', d: message() });
    await taken;
    const closed = running.gateway.close();
    expect(await registry.list()).toMatchObject([{ isDraining: true }]);
    expect(running.gateway.checks()['gateway']).toBe('draining');
    await expect(TestClient.open(running.port)).rejects.toThrow('503');
    letGo();
    await closed;
    await closeServer();
  });
});
