import fc from 'fast-check';
import { chooseGateway, ZONE_LOAD_MAX } from './choose-gateway.js';
import type { GatewayRecord } from './gateway-registry.js';

const gateway = (gatewayId: string, changes: Partial<GatewayRecord> = {}): GatewayRecord => ({
  gatewayId,
  url: `wss://${gatewayId}`,
  zone: 'north',
  connections: 0,
  connectionsMax: 100,
  isDraining: false,
  ...changes,
});
const someGateway: fc.Arbitrary<GatewayRecord> = fc.record({
  gatewayId: fc.uuid(),
  url: fc.constant('wss://gateway'),
  zone: fc.constantFrom('north', 'south', ''),
  connections: fc.nat(120),
  connectionsMax: fc.constant(100),
  isDraining: fc.boolean(),
});

describe('choosing a gateway', () => {
  it('takes none that is full or on its way out, and finds one as long as there is one', () =>
    fc.assert(
      fc.property(fc.array(someGateway), fc.constantFrom('north', 'south', 'east'), (gateways, zone) => {
        const chosen = chooseGateway(gateways, { zone });
        const open = gateways.filter((each) => !each.isDraining && each.connections < each.connectionsMax);
        expect(chosen === null ? open.length === 0 : open.includes(chosen)).toBe(true);
      }),
    ));

  it('stays in the zone while somebody there is not nearly full', () =>
    fc.assert(
      fc.property(fc.array(someGateway), (gateways) => {
        const near = gateways.filter(
          (each) => each.zone === 'north' && !each.isDraining && each.connections < each.connectionsMax * ZONE_LOAD_MAX,
        );
        const chosen = chooseGateway(gateways, { zone: 'north' });
        expect(near.length === 0 || near.includes(chosen as GatewayRecord)).toBe(true);
      }),
    ));

  it('leaves a zone that is nearly full', () => {
    const gateways = [gateway('near', { connections: 95 }), gateway('far', { zone: 'south' })];
    const chosen = Array.from({ length: 200 }, () => chooseGateway(gateways, { zone: 'north' })?.gatewayId);
    expect(chosen.filter((id) => id === 'far').length).toBeGreaterThan(150);
  });

  it('of the two drawn takes the one of less load', () => {
    const gateways = [gateway('fuller', { connections: 50 }), gateway('emptier', { connections: 10 })];
    const draws = [0, 0.99];
    expect(chooseGateway(gateways, { random: () => draws.shift() as number })?.gatewayId).toBe('emptier');
  });

  it('spreads a herd that sees the same records over the gateways that have room', () => {
    const gateways = Array.from({ length: 10 }, (_, index) => gateway(`g${index}`, { connections: index }));
    const taken = new Map<string, number>();
    for (let client = 0; client < 10_000; client += 1) {
      const id = chooseGateway(gateways)?.gatewayId as string;
      taken.set(id, (taken.get(id) ?? 0) + 1);
    }
    expect(taken.size).toBe(10);
    expect(Math.max(...taken.values())).toBeLessThan(3_000);
  });

  it('evens out what started unevenly', () => {
    const gateways = [gateway('full', { connections: 80 }), gateway('half', { connections: 40 }), gateway('new')];
    for (let client = 0; client < 150; client += 1) {
      const chosen = chooseGateway(gateways) as GatewayRecord;
      gateways[gateways.indexOf(chosen)] = { ...chosen, connections: chosen.connections + 1 };
    }
    const loads = gateways.map(({ connections }) => connections);
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThan(15);
  });
});
