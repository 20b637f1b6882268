import type { GatewayRecord } from '@verbatim/discovery';
import { MemoryGatewayRegistry } from '@verbatim/discovery';
import type { ParsedJson } from '../testkit/present.fixtures.js';
import { runGateway, someActor, tokenOf, type RunningGateway } from '../testkit/gateway.fixtures.js';

const ada = someActor();
const other: GatewayRecord = {
  gatewayId: 'other',
  url: 'https://g2.chat.example',
  zone: 'south',
  connections: 0,
  connectionsMax: 100,
  isDraining: false,
};

describe('finding a gateway', () => {
  let running: RunningGateway | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  const find = async ({ url }: RunningGateway, query = '', token: string | null = tokenOf(ada)) => {
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/v1/gateway${query}`, { headers });
    return { status: answer.status, body: (await answer.json()) as ParsedJson };
  };

  it('ends at the only one that there is', async () => {
    running = await runGateway({ env: { GATEWAY_ZONE: 'north' } });
    const { status, body } = await find(running);
    expect([status, body]).toEqual([200, { gatewayId: expect.any(String), url: 'http://127.0.0.1', zone: 'north' }]);
  });

  it('leads to the zone that is asked for', async () => {
    const registry = new MemoryGatewayRegistry();
    running = await runGateway({ registry: registryWith(registry, [other]), env: { GATEWAY_ZONE: 'north' } });
    expect((await find(running, '?zone=south')).body).toEqual({ gatewayId: 'other', url: other.url, zone: 'south' });
    expect((await find(running, '?zone=north')).body).toMatchObject({ zone: 'north' });
  });

  it('never leads to one that is full or on its way out', async () => {
    const registry = new MemoryGatewayRegistry();
    const outOfReach = [
      { ...other, isDraining: true },
      { ...other, gatewayId: 'full', connections: 100 },
    ];
    running = await runGateway({ registry: registryWith(registry, outOfReach) });
    for (let times = 0; times < 20; times += 1) {
      const { body } = await find(running, '?zone=south');
      expect(body).toEqual({ gatewayId: expect.any(String), url: 'http://127.0.0.1' });
    }
  });

  it('is for those who have a token', async () => {
    running = await runGateway();
    expect((await find(running, '', null)).status).toBe(401);
    expect((await find(running, '?zone=')).status).toBe(400);
  });
});

/** The registry of this process, and gateways elsewhere. */
const registryWith = (own: MemoryGatewayRegistry, others: readonly GatewayRecord[]) => ({
  announce: own.announce.bind(own),
  list: async () => [...(await own.list()), ...others],
  close: () => own.close(),
});
