import { afterJoin, afterLeave, devicesOf, nobodySeen } from './presence.js';

describe('joining', () => {
  it('counts a connection that is announced twice once', () => {
    const once = afterJoin(nobodySeen, 'one', 'phone');
    expect(afterJoin(once, 'one', 'phone')).toBe(once);
  });
  it('names each device once, whatever the order', () => {
    const joined = (...devices: string[]) =>
      devices.reduce((entry, device, index) => afterJoin(entry, String(index), device), nobodySeen);
    expect(devicesOf(joined('phone', 'laptop', 'phone'))).toEqual(devicesOf(joined('laptop', 'phone')));
  });
});

describe('leaving', () => {
  it('takes the device along with its last connection', () => {
    const entry = afterJoin(afterJoin(nobodySeen, 'one', 'phone'), 'two', 'phone');
    expect(devicesOf(afterLeave(entry, 'one', 10))).toEqual(['phone']);
    expect(devicesOf(afterLeave(afterLeave(entry, 'one', 10), 'two', 20))).toEqual([]);
  });
  it('moves the last sign of life forward only', () => {
    expect(afterLeave(afterLeave(nobodySeen, 'phone', 20), 'laptop', 10).lastSeenAtMs).toBe(20);
  });
});
