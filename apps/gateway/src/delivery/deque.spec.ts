import fc from 'fast-check';
import { Deque } from './deque.js';

describe('a deque', () => {
  it('is what an array is, pushed and shifted in any order', () =>
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (pushes) => {
        const deque = new Deque<number>();
        const array: number[] = [];
        const shifted: (number | undefined)[][] = [];
        for (const [index, isPush] of pushes.entries()) {
          if (isPush) {
            deque.push(index);
            array.push(index);
          } else shifted.push([deque.shift(), array.shift()]);
        }
        for (const [ours, theirs] of shifted) expect(ours).toBe(theirs);
        expect(Array.from({ length: deque.length }, (_, index) => deque.at(index))).toEqual(array);
      }),
    ));

  it('finds the first item that passes', () =>
    fc.assert(
      fc.property(fc.nat(100), fc.nat(120), (length, least) => {
        const deque = new Deque<number>();
        for (let item = 0; item < length; item += 1) deque.push(item);
        expect(deque.firstIndex((item) => item >= least)).toBe(Math.min(least, length));
      }),
    ));
});
