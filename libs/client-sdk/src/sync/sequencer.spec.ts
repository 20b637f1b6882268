import fc from 'fast-check';
import { ada, added, bob, hidden, otherRoom, removed, room, sent } from './pushes.fixtures.js';
import { Sequencer } from './sequencer.js';
import type { SequencerStep } from './sequencer.js';

const limits = { heldEventsMax: 100 };
const sequencer = (lastSeq?: number, left = false) => {
  const made = new Sequencer(ada, limits);
  if (lastSeq !== undefined) made.restore({ [room]: { lastSeq, left } });
  return made;
};
const seqsOf = (step: SequencerStep) => step.applied.map(({ d }) => d.seq);

describe('taking an event', () => {
  it('applies the next one', () => {
    expect(seqsOf(sequencer(4).offer(sent(5)))).toEqual([5]);
  });

  it('drops what was applied before', () => {
    expect(sequencer(4).offer(sent(4))).toEqual({ applied: [], hole: false });
  });

  it('holds what lies behind a hole until the hole is filled', () => {
    const made = sequencer(4);
    expect(made.offer(sent(7))).toEqual({ applied: [], hole: true });
    expect(seqsOf(made.offer(sent(5)))).toEqual([5]);
    const filled = made.offer(hidden(6));
    expect(seqsOf(filled)).toEqual([6, 7]);
    expect(filled.hole).toBe(false);
  });

  it('begins an unknown conversation at its first event', () => {
    const made = sequencer();
    expect(seqsOf(made.offer(sent(17)))).toEqual([17]);
    expect(made.lastSeq(room)).toBe(17);
  });

  it('keeps conversations apart', () => {
    const made = sequencer(4);
    made.offer(sent(9));
    expect(seqsOf(made.offer(sent(0, { in: otherRoom })))).toEqual([0]);
  });
});

describe('leaving and coming back', () => {
  it('applies the own return at any seq and goes on from there', () => {
    const made = sequencer(4);
    made.offer(removed(5, ada));
    expect(seqsOf(made.offer(added(20, ada)))).toEqual([20]);
    expect(seqsOf(made.offer(sent(21)))).toEqual([21]);
  });

  it('takes the return of somebody else for an event like any other', () => {
    const made = sequencer(5, true);
    expect(made.offer(added(20, bob)).hole).toBe(true);
  });

  it('sees a hole before an own return when the departure never came', () => {
    expect(sequencer(4).offer(added(20, ada))).toEqual({ applied: [], hole: true });
  });

  it('remembers over a restart that the user had left', () => {
    const first = sequencer(4);
    first.offer(removed(5, ada));
    const second = new Sequencer(ada, limits);
    second.restore(first.progress());
    expect(seqsOf(second.offer(added(9, ada)))).toEqual([9]);
  });
});

describe('a hole that nobody fills', () => {
  it('ends before the first event that is held', () => {
    const made = sequencer(4);
    made.offer(sent(9));
    made.reaches(room, 30);
    expect(made.holeEndsAt(room)).toBe(8);
    expect(seqsOf(made.skipTo(room, 8))).toEqual([9]);
  });

  it('is seen without an event, from the head alone', () => {
    const made = sequencer(4);
    expect(made.reaches(room, 6).hole).toBe(true);
    expect(made.missing(room)).toBe(2);
    expect(made.holeEndsAt(room)).toBe(6);
  });

  it('is not seen in a conversation that starts with its head', () => {
    expect(sequencer().reaches(room, 6)).toEqual({ applied: [], hole: false });
  });

  it('holds no more events than it may', () => {
    const made = new Sequencer(ada, { heldEventsMax: 1 });
    made.restore({ [room]: { lastSeq: 0, left: false } });
    made.offer(sent(3));
    made.offer(sent(4));
    made.offer(sent(1));
    const filled = made.offer(sent(2));
    expect(seqsOf(filled)).toEqual([2, 3]);
    expect(filled.hole).toBe(true);
  });
});

describe('whatever the wire does', () => {
  it('applies every seq exactly once and in order', () => {
    const deliveries = fc.array(fc.nat({ max: 40 }), { maxLength: 200 });
    fc.assert(
      fc.property(deliveries, fc.integer({ min: 1, max: 50 }), (seqs, heldEventsMax) => {
        const made = new Sequencer(ada, { heldEventsMax });
        made.restore({ [room]: { lastSeq: -1, left: false } });
        const applied: number[] = [];
        for (const seq of seqs) applied.push(...seqsOf(made.offer(sent(seq))));
        // What was lost is fetched, as a page brings it: everything behind the last applied seq.
        for (let seq = applied.length; made.missing(room) > 0; seq += 1) applied.push(...seqsOf(made.offer(sent(seq))));
        const head = Math.max(-1, ...seqs);
        expect(applied).toEqual(Array.from({ length: head + 1 }, (_, seq) => seq));
      }),
    );
  });

  it('loses nothing over a restart at any point', () => {
    const seqs = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(seqs, fc.nat({ max: 60 }), (all, cut) => {
        const first = new Sequencer(ada, limits);
        first.restore({ [room]: { lastSeq: -1, left: false } });
        const applied = all.slice(0, cut).flatMap((seq) => seqsOf(first.offer(sent(seq))));
        const second = new Sequencer(ada, limits);
        second.restore(first.progress());
        for (const seq of all) applied.push(...seqsOf(second.offer(sent(seq))));
        expect(applied).toEqual(Array.from({ length: applied.length }, (_, seq) => seq));
      }),
    );
  });
});
