import { ipClassOf, isAddressRange, isLoopbackHost } from './client-address.js';

describe('the class of an address', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.8.9.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['::ffff:192.168.1.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'public'],
    ['fd00::1', 'private'],
    ['fe80::1', 'private'],
    ['8.8.8.8', 'public'],
    ['2001:db8::1', 'public'],
    ['not an address', 'public'],
  ])('of %s is %s', (address, ipClass) => {
    expect(ipClassOf(address)).toBe(ipClass);
  });

  it.each([
    ['10.0.0.1', true],
    ['10.0.0.0/8', true],
    ['2001:db8::/32', true],
    ['::1', true],
    ['10.0.0.0/33', false],
    ['10.0.0.0/', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0/8', false],
    ['2001:db8::/129', false],
    ['proxy.example', false],
    ['*', false],
    ['', false],
  ])('is told from other texts: %s', (text, isRange) => {
    expect(isAddressRange(text)).toBe(isRange);
  });

  it('of a host to listen on tells whether others reach it', () => {
    expect(['localhost', '127.0.0.1', '::1'].map(isLoopbackHost)).toEqual([true, true, true]);
    expect(['0.0.0.0', '::', 'chat.example'].map(isLoopbackHost)).toEqual([false, false, false]);
  });
});
