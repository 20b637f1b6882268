import { pause } from '@verbatim/platform';
import { GATEWAY_RECORD_TTL_MS, type GatewayRecord, type GatewayRegistry } from './gateway-registry.js';

export type OpenedGatewayRegistries = {
  /** Opens the registry of one more process, on what the others share. */
  readonly another: () => Promise<GatewayRegistry>;
  readonly advance: (byMs: number) => void;
};

export const gatewayRecord = (gatewayId: string, changes: Partial<GatewayRecord> = {}): GatewayRecord => ({
  gatewayId,
  url: `wss://${gatewayId}.example.org`,
  zone: '',
  connections: 0,
  connectionsMax: 100,
  isDraining: false,
  ...changes,
});

/** Until the registry says so; what a process announces reaches the others in a moment. */
export const listed = async (registry: GatewayRegistry, ids: readonly string[]): Promise<readonly GatewayRecord[]> => {
  for (;;) {
    const gateways = await registry.list();
    if (gateways.map(({ gatewayId }) => gatewayId).join() === ids.join()) return gateways;
    await pause(1);
  }
};

/** What every registry of gateways keeps. */
export const gatewayRegistryContract = (adapter: string, open: () => Promise<OpenedGatewayRegistries>): void =>
  describe(`GatewayRegistry contract: ${adapter}`, () => {
    let opened: OpenedGatewayRegistries;
    let own: GatewayRegistry;
    beforeEach(async () => {
      opened = await open();
      own = await opened.another();
    });
    afterEach(() => own.close());

    it('knows no gateway at first', async () => {
      expect(await own.list()).toEqual([]);
    });
    it('knows its own gateway as soon as it is announced', async () => {
      own.announce(gatewayRecord('g1'));
      expect(await own.list()).toEqual([gatewayRecord('g1')]);
    });
    it('knows what was announced last', async () => {
      own.announce(gatewayRecord('g1'));
      own.announce(gatewayRecord('g1', { connections: 7, isDraining: true, zone: 'north' }));
      expect(await own.list()).toEqual([gatewayRecord('g1', { connections: 7, isDraining: true, zone: 'north' })]);
    });
    it('takes a gateway that announces nothing any more to be gone', async () => {
      own.announce(gatewayRecord('g1'));
      opened.advance(GATEWAY_RECORD_TTL_MS - 1);
      expect(await own.list()).toHaveLength(1);
      opened.advance(1);
      expect(await own.list()).toEqual([]);
    });
    it('takes a gateway that comes back in again', async () => {
      own.announce(gatewayRecord('g1'));
      opened.advance(GATEWAY_RECORD_TTL_MS);
      own.announce(gatewayRecord('g1'));
      expect(await own.list()).toHaveLength(1);
    });
    it('knows nobody after it is closed', async () => {
      own.announce(gatewayRecord('g1'));
      await own.close();
      expect(await own.list()).toEqual([]);
    });
  });

/** What a registry keeps that several processes share. */
export const sharedGatewayRegistryContract = (adapter: string, open: () => Promise<OpenedGatewayRegistries>): void =>
  describe(`shared GatewayRegistry contract: ${adapter}`, () => {
    let opened: OpenedGatewayRegistries;
    let registries: GatewayRegistry[];
    const another = async (): Promise<GatewayRegistry> => {
      const registry = await opened.another();
      registries.push(registry);
      return registry;
    };
    beforeEach(async () => {
      registries = [];
      opened = await open();
    });
    afterEach(() => Promise.all(registries.map((registry) => registry.close())));

    it('tells everybody of everybody, by id', async () => {
      const [one, two, asking] = [await another(), await another(), await another()];
      two.announce(gatewayRecord('g2', { zone: 'south' }));
      one.announce(gatewayRecord('g1', { connections: 3 }));
      const known = [gatewayRecord('g1', { connections: 3 }), gatewayRecord('g2', { zone: 'south' })];
      for (const registry of [one, two, asking]) expect(await listed(registry, ['g1', 'g2'])).toEqual(known);
    });
    it('forgets the one that fell silent and keeps the others', async () => {
      const [one, two] = [await another(), await another()];
      one.announce(gatewayRecord('g1'));
      two.announce(gatewayRecord('g2'));
      await listed(one, ['g1', 'g2']);
      opened.advance(GATEWAY_RECORD_TTL_MS);
      two.announce(gatewayRecord('g2'));
      await listed(two, ['g2']);
      expect((await one.list()).map(({ gatewayId }) => gatewayId)).toEqual(['g2']);
    });
    it('forgets one that is closed at once', async () => {
      const [one, two] = [await another(), await another()];
      one.announce(gatewayRecord('g1'));
      two.announce(gatewayRecord('g2'));
      await listed(one, ['g1', 'g2']);
      await two.close();
      expect((await listed(one, ['g1'])).length).toBe(1);
    });
  });
