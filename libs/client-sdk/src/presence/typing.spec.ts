import type { TypingData, TypingSetRequest } from '@verbatim/protocol';
import { ManualRuntime } from '../kernel/manual-runtime.fixtures.js';
import { bob, room } from '../sync/pushes.fixtures.js';
import { Typing } from './typing.js';

const scene = () => {
  const runtime = new ManualRuntime();
  const reports: TypingSetRequest[] = [];
  const changes: TypingData[] = [];
  const typing = new Typing({
    runtime,
    repeatMs: 3_000,
    timeoutMs: 6_000,
    report: (request) => reports.push(request),
    changed: (change) => changes.push(change),
  });
  return { runtime, reports, changes, typing };
};
const by = (typing: boolean): TypingData => ({ conversationId: room, userId: bob, typing });

describe('typing oneself', () => {
  it('is told once per interval, however many keys are hit', async () => {
    const { typing, reports, runtime } = scene();
    typing.typed(room);
    typing.typed(room);
    await runtime.advance(2_999);
    typing.typed(room);
    expect(reports).toHaveLength(1);
    await runtime.advance(1);
    typing.typed(room);
    expect(reports).toHaveLength(2);
  });

  it('ends with the message, and ends once', () => {
    const { typing, reports } = scene();
    typing.typed(room);
    typing.stopped(room);
    typing.stopped(room);
    expect(reports.map(({ typing: on }) => on)).toEqual([true, false]);
  });
});

describe('others who type', () => {
  it('are news when they begin and when they stop', () => {
    const { typing, changes } = scene();
    for (const on of [true, true, false, false]) typing.take(by(on));
    expect(changes).toEqual([by(true), by(false)]);
  });

  it('have stopped when nothing was heard of them for the time-out', async () => {
    const { typing, changes, runtime } = scene();
    typing.take(by(true));
    await runtime.advance(5_000);
    typing.take(by(true));
    await runtime.advance(5_999);
    expect(changes).toEqual([by(true)]);
    await runtime.advance(1);
    expect(changes).toEqual([by(true), by(false)]);
  });
});
