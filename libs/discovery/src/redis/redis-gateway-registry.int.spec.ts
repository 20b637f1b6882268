import { OperatorError, createLogger, pause } from '@verbatim/platform';
import { openRedis, type RedisConnection } from '@verbatim/redis';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import {
  gatewayRecord,
  gatewayRegistryContract,
  listed,
  sharedGatewayRegistryContract,
} from '../gateway-registry.contract.js';
import { GATEWAYS_REMEMBERED_MAX_MS, type GatewayRegistry } from '../gateway-registry.js';
import { openGatewayRegistry } from '../open-gateway-registry.js';
import { RedisGatewayRegistry } from './redis-gateway-registry.js';

const logger = createLogger({ name: 'spec', level: 'silent' });

it('a registry that is neither in memory nor a Redis is refused', async () => {
  await expect(openGatewayRegistry('http://127.0.0.1')).rejects.toThrow(OperatorError);
});

describeWithEngine('redis', (engine) => {
  let server: RunningEngine;
  let redis: RedisConnection;
  const connect = () => openRedis(server.url, { variable: 'PRESENCE_URL', use: 'discovery', logger });
  beforeAll(async () => {
    server = await engine.start();
  });
  afterAll(() => server.dispose());
  // A new one for each: that of the test before may still be on its way back.
  beforeEach(async () => {
    redis = await connect();
  });
  afterEach(() => redis.close());

  const open = async () => {
    await redis.send(['FLUSHALL']);
    let nowMs = 1_000_000;
    return {
      another: async () => new RedisGatewayRegistry({ redis: await connect(), nowMs: () => nowMs }),
      advance: (byMs: number) => void (nowMs += byMs),
    };
  };
  gatewayRegistryContract('redis', open);
  sharedGatewayRegistryContract('redis', open);

  describe('a registry out of reach', () => {
    let one: GatewayRegistry;
    let two: GatewayRegistry;
    let advance: (byMs: number) => void;
    beforeEach(async () => {
      const opened = await open();
      advance = opened.advance;
      [one, two] = [await opened.another(), await opened.another()];
      one.announce(gatewayRecord('g1'));
      two.announce(gatewayRecord('g2'));
      await listed(one, ['g1', 'g2']);
    });
    afterEach(() => Promise.all([one, two].map((registry) => registry.close())));
    const idsOf = async (registry: GatewayRegistry) => (await registry.list()).map(({ gatewayId }) => gatewayId);

    it('says what it said last for a while, and then knows the own gateway alone', async () => {
      await server.kill();
      expect(await idsOf(one)).toEqual(['g1', 'g2']);
      one.announce(gatewayRecord('g1', { connections: 9 }));
      expect((await one.list())[0]?.connections).toBe(9);
      advance(GATEWAYS_REMEMBERED_MAX_MS);
      one.announce(gatewayRecord('g1'));
      expect(await idsOf(one)).toEqual(['g1']);
      await server.restart();
      while ((await idsOf(two)).join() !== 'g1,g2') {
        one.announce(gatewayRecord('g1'));
        two.announce(gatewayRecord('g2'));
        await pause(5);
      }
    });

    it('answers while it hangs', async () => {
      server.pause();
      expect(await idsOf(one)).toEqual(['g1', 'g2']);
      server.resume();
    });

    it('passes over what it does not understand', async () => {
      await redis.send(['HSET', 'verbatim:gateways', 'g1', '{"gatewayId":"g1","url":7}']);
      expect(await idsOf(two)).toEqual(['g2']);
    });
  });
});
