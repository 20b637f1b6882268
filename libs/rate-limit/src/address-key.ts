import { isIPv4, isIPv6 } from 'node:net';

const V4_IN_V6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** One customer's network: a whole /64 is his to choose addresses from. */
const GROUPS_OF_NETWORK = 4;

/** What counts as one address for limits: an IPv4 address (also when written as IPv6), or the /64 network of an IPv6 address. */
export const addressKeyOf = (address: string): string => {
  const bare = address.split('%', 1)[0] as string; // without the zone of a link-local address
  const mapped = V4_IN_V6.exec(bare)?.[1] ?? bare;
  if (isIPv4(mapped)) return mapped;
  return isIPv6(bare) ? networkOf(bare) : 'unknown';
};

const networkOf = (address: string): string => {
  const [head = '', tail] = address.toLowerCase().split('::', 2) as [string?, string?];
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const first = groupsOf(head);
  const last = tail === undefined ? [] : groupsOf(tail);
  const missing = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(missing).fill('0'), ...last];
  const network = groups.slice(0, GROUPS_OF_NETWORK).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
};
