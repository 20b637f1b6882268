import { randomUUID } from 'node:crypto';
import type { CommandId, UserId } from '@verbatim/domain';
import { CommandWindow } from './command-window.js';

const actor = randomUUID() as UserId;
const ids = Array.from({ length: 10 }, () => randomUUID() as CommandId);
const idAt = (seq: number): CommandId => ids[seq] as CommandId;

/** A window over the events from `fromSeq` up to and including `toSeq`, each with the id of its seq. */
const windowOf = (fromSeq: number, toSeq: number): CommandWindow => {
  const window = new CommandWindow(fromSeq);
  for (let seq = fromSeq; seq <= toSeq; seq++) window.append(actor, idAt(seq));
  return window;
};
const seqsFoundIn = (window: CommandWindow): number[] =>
  ids.flatMap((id) => {
    const seq = window.find(actor, id);
    return seq === undefined ? [] : [seq];
  });

describe('a window of command ids', () => {
  it('finds the pairs that it covers, and no others', () => {
    expect(seqsFoundIn(windowOf(3, 6))).toEqual([3, 4, 5, 6]);
    expect(windowOf(3, 6).find(randomUUID() as UserId, idAt(4))).toBeUndefined();
  });

  it('forgets what an index covers, down to the events that it keeps', () => {
    const window = windowOf(0, 9);
    window.trim(4, 9);
    expect([window.fromSeq, window.size, seqsFoundIn(window)]).toEqual([6, 4, [6, 7, 8, 9]]);
  });

  it('keeps what no index covers', () => {
    const window = windowOf(0, 9);
    window.trim(4, 2);
    expect([window.fromSeq, window.size, seqsFoundIn(window)]).toEqual([3, 7, [3, 4, 5, 6, 7, 8, 9]]);
    window.trim(4, 2);
    window.trim(20, 9);
    window.trim(4, -1);
    expect([window.fromSeq, window.size]).toEqual([3, 7]);
  });

  it('grows downwards by the events right below it', () => {
    const window = windowOf(6, 9);
    window.prepend(windowOf(2, 5));
    expect([window.fromSeq, window.size, seqsFoundIn(window)]).toEqual([2, 8, [2, 3, 4, 5, 6, 7, 8, 9]]);
    window.append(actor, idAt(0));
    expect(window.find(actor, idAt(0))).toBe(10);
  });

  it('refuses older events that leave a hole', () => {
    const window = windowOf(6, 9);
    expect(() => window.prepend(windowOf(2, 4))).toThrow(RangeError);
    expect([window.fromSeq, seqsFoundIn(window)]).toEqual([6, [6, 7, 8, 9]]);
  });

  it('knows the lowest seq of a pair that came twice, however it came to know it', () => {
    const window = new CommandWindow(4);
    window.append(actor, idAt(1));
    window.append(actor, idAt(1));
    window.append(null, idAt(2));
    expect([window.find(actor, idAt(1)), window.size]).toEqual([4, 3]);
    window.prepend(windowOf(1, 3));
    expect(window.find(actor, idAt(1))).toBe(1);
    window.trim(3, 9);
    expect(window.find(actor, idAt(1))).toBeUndefined();
  });

  it('is the same after it was restored', () => {
    const window = windowOf(0, 9);
    window.trim(7, 9);
    const restored = CommandWindow.restore(5, window.newest(5));
    expect([restored.fromSeq, restored.size, seqsFoundIn(restored)]).toEqual([5, 5, [5, 6, 7, 8, 9]]);
  });
});
