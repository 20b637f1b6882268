import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { IpClass } from './operation-call.js';

const privateRanges = new BlockList();
privateRanges.addSubnet('10.0.0.0', 8, 'ipv4');
privateRanges.addSubnet('172.16.0.0', 12, 'ipv4');
privateRanges.addSubnet('192.168.0.0', 16, 'ipv4');
privateRanges.addSubnet('169.254.0.0', 16, 'ipv4');
privateRanges.addSubnet('100.64.0.0', 10, 'ipv4');
privateRanges.addSubnet('fc00::', 7, 'ipv6');
privateRanges.addSubnet('fe80::', 10, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** IPv4 addresses mapped into IPv6 count as what they are. */
const plainAddress = (address: string): string => MAPPED_IPV4.exec(address)?.[1] ?? address;

/** Whether a proxy has named an address. A scope (`fe80::1%eth0`) means nothing on another machine, and may be any text. */
export const isForwardedAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes('%');

/** Who has connected, and from there the addresses that trusted proxies name, up to the first text that is none. */
export const clientAddressOf = ({
  ip,
  ips = [ip],
}: {
  readonly ip: string;
  readonly ips?: readonly string[];
}): string => {
  const [connected = ip, ...forwarded] = ips;
  const strange = forwarded.findIndex((text) => !isForwardedAddress(text));
  return (strange === -1 ? forwarded : forwarded.slice(0, strange)).at(-1) ?? connected;
};

/** What the audit trail keeps of an address: never the address itself. Unreadable ones count as public. */
export const ipClassOf = (address: string): IpClass => {
  const plain = plainAddress(address);
  const family = isIPv4(plain) ? 'ipv4' : isIPv6(plain) ? 'ipv6' : null;
  if (family === null) return 'public';
  if (loopback.check(plain, family)) return 'loopback';
  return privateRanges.check(plain, family) ? 'private' : 'public';
};

/** True for an address, or a range of them as `10.0.0.0/8`. */
export const isAddressRange = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/');
  const bitsMax = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (bits === undefined || more.length > 0) return bitsMax > 0 && more.length === 0;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax;
};

/** True for host names and addresses that only this machine can reach. */
export const isLoopbackHost = (host: string): boolean => host === 'localhost' || ipClassOf(host) === 'loopback';
