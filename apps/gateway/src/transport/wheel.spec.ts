import { Wheel, type WheelItem } from './wheel.js';

describe('the wheel', () => {
  it('looks at every item once a second and tells the second after that', () => {
    const looks = new Map<WheelItem, number>();
    let seconds = 0;
    const wheel = new Wheel<WheelItem>(
      (item) => void looks.set(item, (looks.get(item) ?? 0) + 1),
      () => void (seconds += 1),
    );
    const items = Array.from({ length: 100 }, () => ({ wheelSlot: 0 }));
    for (const item of items) wheel.add(item);
    for (let turn = 0; turn < 32; turn += 1) wheel.turn();
    expect(new Set(looks.values())).toEqual(new Set([2]));
    expect([looks.size, seconds, wheel.now]).toEqual([100, 2, 2]);
  });

  it('forgets what was taken off, also during a look', () => {
    const wheel: Wheel<WheelItem> = new Wheel<WheelItem>(
      (item) => wheel.delete(item),
      () => {},
    );
    for (let count = 0; count < 20; count += 1) wheel.add({ wheelSlot: 0 });
    expect([...wheel.items()]).toHaveLength(20);
    for (let turn = 0; turn < 16; turn += 1) wheel.turn();
    expect([...wheel.items()]).toEqual([]);
  });
});
