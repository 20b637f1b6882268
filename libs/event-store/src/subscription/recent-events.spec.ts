import type { RecordedEvent } from '../event-store.js';
import { RecentEvents } from './recent-events.js';

const eventAt = (row: number): RecordedEvent => ({ eventId: `${row}` }) as unknown as RecordedEvent;
const rows = (events: readonly RecordedEvent[] | null): number[] | null =>
  events && events.map(({ eventId }) => Number(eventId));
const holding = (count: number, limits = { recentMaxEvents: 4, recentMaxBytes: 1_000 }, headRow = 10): RecentEvents => {
  const recent = new RecentEvents(limits, headRow);
  for (let row = headRow + 1; row <= headRow + count; row += 1) recent.push(eventAt(row), 10);
  return recent;
};

describe('the newest events', () => {
  it('are given out after a row, up to a number', () => {
    const recent = holding(3);
    expect(rows(recent.after(10, 2))).toEqual([11, 12]);
    expect(rows(recent.after(12, 2))).toEqual([13]);
    expect(rows(recent.after(13, 2))).toEqual([]);
    expect(recent.headRow).toBe(13);
  });

  it('are not given out when one of those asked for has left', () => {
    const recent = holding(6);
    expect(recent.after(11, 9)).toBeNull();
    expect(rows(recent.after(12, 9))).toEqual([13, 14, 15, 16]);
  });

  it('are unknown before the log was opened', () => {
    expect(holding(0).after(9, 5)).toBeNull();
    expect(rows(holding(0).after(10, 5))).toEqual([]);
  });

  it('leave when they are too large together, all of them if need be', () => {
    const limits = { recentMaxEvents: 4, recentMaxBytes: 25 };
    const recent = holding(3, limits);
    expect([recent.after(10, 9), rows(recent.after(11, 9))]).toEqual([null, [12, 13]]);
    recent.push(eventAt(14), 26);
    expect([recent.after(13, 9), rows(recent.after(14, 9))]).toEqual([null, []]);
    recent.push(eventAt(15), 10);
    expect(rows(recent.after(14, 9))).toEqual([15]);
  });
});
