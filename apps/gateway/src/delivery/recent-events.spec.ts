import type { ConversationId } from '@verbatim/domain';
import type { Position, RecordedEvent } from '@verbatim/event-store';
import { RecentEvents } from './recent-events.js';

const at = (position: number) => BigInt(position) as Position;
const event = (position: number, body = ''): RecordedEvent =>
  ({ position: at(position), event: { data: { body } } }) as unknown as RecordedEvent;
const positions = (events: readonly RecordedEvent[]) => events.map(({ position }) => Number(position));
const one = 'one' as ConversationId;
const all = () => true;

describe('recent events', () => {
  it('are found by conversation and range', () => {
    const recent = new RecentEvents(null, { recentMaxBytes: 1_000_000, recentMaxEvents: 100 });
    for (const [position, id] of [
      [16, 'one'],
      [32, 'two'],
      [48, 'one'],
      [64, 'one'],
    ] as const)
      recent.push(id as ConversationId, event(position));
    expect(positions(recent.of(one, { after: at(16), upTo: at(48) }, all, 10))).toEqual([48]);
    expect(positions(recent.of(one, { after: null, upTo: at(64) }, all, 2))).toEqual([16, 48]);
    expect(recent.of('three' as ConversationId, { after: null, upTo: at(64) }, all, 10)).toEqual([]);
  });

  it('are counted when they are wanted, not before', () => {
    const recent = new RecentEvents(null, { recentMaxBytes: 1_000_000, recentMaxEvents: 100 });
    for (const position of [16, 32, 48, 64]) recent.push(one, event(position));
    const isLate = ({ position }: RecordedEvent) => position > 32n;
    expect(positions(recent.of(one, { after: null, upTo: at(64) }, isLate, 2))).toEqual([48, 64]);
  });

  it('leave when there are too many, and say how far they reach', () => {
    const recent = new RecentEvents(null, { recentMaxBytes: 1_000_000, recentMaxEvents: 2 });
    for (const position of [16, 32, 48]) recent.push(one, event(position));
    expect(recent.reaches(null)).toBe(false);
    expect(recent.reaches(at(16))).toBe(true);
    expect(positions(recent.of(one, { after: at(16), upTo: at(48) }, all, 10))).toEqual([32, 48]);
  });

  it('stay within their bytes', () => {
    const recent = new RecentEvents(null, { recentMaxBytes: 10_000, recentMaxEvents: 1_000 });
    for (let position = 16; position <= 1_600; position += 16) {
      recent.push(one, event(position, 'x'.repeat(500)));
      expect(recent.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(recent.of(one, { after: at(1_584), upTo: at(1_600) }, all, 10)).toHaveLength(1);
  });
});
