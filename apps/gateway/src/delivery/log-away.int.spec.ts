import { randomUUID } from 'node:crypto';
import type { UserId } from '@verbatim/domain';
import { EventStoreUnavailableError, openMemoryEventStore } from '@verbatim/event-store';
import { runGateway, someActor, tokenOf, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';
import { storeWith } from '../testkit/watched-store.fixtures.js';

const ada = someActor();
const bobId = randomUUID() as UserId;
let running: RunningGateway;
let isAway = false;
let cursor: string;
let conversationId: string;

const unlessAway = <Call extends (...args: never[]) => Promise<unknown>>(call: Call): Call =>
  ((...args) => (isAway ? Promise.reject(new EventStoreUnavailableError('the log is away')) : call(...args))) as Call;

beforeEach(async () => {
  isAway = false;
  const log = openMemoryEventStore();
  const store = storeWith(log, {
    headPosition: unlessAway(log.headPosition.bind(log)),
    readStream: unlessAway(log.readStream.bind(log)),
    readAt: unlessAway(log.readAt.bind(log)),
  });
  running = await runGateway({ store });
  conversationId = await running.writer.direct(ada.userId as UserId, bobId);
  const client = await TestClient.connect(running.port, ada);
  cursor = (await client.settle()).cur as string;
  client.socket.terminate();
  isAway = true;
});
afterEach(() => running.close());

const get = (path: string): Promise<Response> =>
  fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${tokenOf(ada)}` } });

describe('while the log is away', () => {
  it('a client that resumes is sent away for a moment, and finds its place when the log is back', async () => {
    const client = await TestClient.open(running.port);
    client.send({ id: 1, op: 'auth', d: { token: tokenOf(ada), cursor } });
    expect((await client.push('goaway')).d.afterMs).toEqual(expect.any(Number));
    expect([(await client.closed()).code, client.replies]).toEqual([4000, []]);
    isAway = false;
    const again = await TestClient.connect(running.port, ada, cursor);
    expect((await again.settle()).n).toBe(0);
  });

  it('reads are refused as such that may be asked again', async () => {
    for (const path of [`/v1/conversations/${conversationId}/events`, `/v1/conversations/${conversationId}/members`]) {
      const response = await get(path);
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([503, 'unavailable']);
    }
    expect((await get(`/v1/sync?cursor=${cursor}&wait=0`)).status).toBe(503);
  });
});
