import type { GatewayRecord } from './gateway-registry.js';

/** A zone whose gateways are all as full as this is helped out by the others, before it has to refuse. */
export const ZONE_LOAD_MAX = 0.9;

export type GatewayWish = {
  /** The client's own, as far as it is known; gateways there come first. */
  readonly zone?: string;
  /** From [0, 1). */
  readonly random?: () => number;
};

/**
 * The gateway for one more connection; null when all are full or on their way out. Two are drawn, by the sockets that they still have
 * room for, and the one of less load is taken: the records are a moment old, and a herd that all took the emptiest one would fill it
 * before its next announcement.
 */
export const chooseGateway = (gateways: readonly GatewayRecord[], wish: GatewayWish = {}): GatewayRecord | null => {
  const { zone, random = Math.random } = wish;
  const open = gateways.filter((gateway) => !gateway.isDraining && roomOf(gateway) > 0);
  const near = open.filter((gateway) => gateway.zone === zone && loadOf(gateway) < ZONE_LOAD_MAX);
  const candidates = near.length > 0 ? near : open;
  const one = drawn(candidates, random);
  const other = drawn(candidates, random);
  if (one === null || other === null) return null;
  return loadOf(other) < loadOf(one) ? other : one;
};

const roomOf = ({ connections, connectionsMax }: GatewayRecord): number => connectionsMax - connections;
const loadOf = ({ connections, connectionsMax }: GatewayRecord): number => connections / connectionsMax;

const drawn = (gateways: readonly GatewayRecord[], random: () => number): GatewayRecord | null => {
  let left = random() * gateways.reduce((room, gateway) => room + roomOf(gateway), 0);
  for (const gateway of gateways) {
    left -= roomOf(gateway);
    if (left < 0) return gateway;
  }
  return gateways.at(-1) ?? null;
};
