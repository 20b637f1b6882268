import type { ReceiptAdvanceRequest } from '@verbatim/protocol';
import type { RequestOutcome } from '../connection/request-table.js';
import { ManualRuntime, settled } from '../kernel/manual-runtime.fixtures.js';
import { bob, room } from '../sync/pushes.fixtures.js';
import { ReceiptBook } from './receipt-book.js';
import { ReceiptReporter } from './receipt-reporter.js';

const INTERVAL_MS = 1_000;

const reporter = (outcomes: RequestOutcome<'receipt.advance'>[] = []) => {
  const runtime = new ManualRuntime();
  const reports: ReceiptAdvanceRequest[] = [];
  const made = new ReceiptReporter({
    runtime,
    intervalMs: INTERVAL_MS,
    report: (request) => {
      reports.push(request);
      return Promise.resolve(outcomes.shift() ?? { kind: 'ok', d: {} });
    },
  });
  return { made, runtime, reports };
};

describe('reporting watermarks', () => {
  it('reports the first at once and the rest together, one interval later', async () => {
    const { made, runtime, reports } = reporter();
    made.connected();
    for (const seq of [1, 2, 3]) made.delivered(room, seq);
    await settled();
    expect(reports).toEqual([{ conversationId: room, deliveredUpTo: 1 }]);
    await runtime.advance(INTERVAL_MS);
    expect(reports.slice(1)).toEqual([{ conversationId: room, deliveredUpTo: 3 }]);
    await runtime.advance(10 * INTERVAL_MS);
    expect(reports).toHaveLength(2);
  });

  it('says with a read mark that the message was delivered', () => {
    const { made, reports } = reporter();
    made.connected();
    made.read(room, 4);
    expect(reports).toEqual([{ conversationId: room, deliveredUpTo: 4, readUpTo: 4 }]);
  });

  it('reports only what lies above what the server has', () => {
    const { made, reports } = reporter();
    made.known(room, 5, 5);
    made.connected();
    made.read(room, 5);
    expect(reports).toEqual([]);
  });

  it('keeps what rose without a connection for the next one', () => {
    const { made, reports } = reporter();
    made.delivered(room, 1);
    made.delivered(room, 2);
    expect(reports).toEqual([]);
    made.connected();
    expect(reports).toEqual([{ conversationId: room, deliveredUpTo: 2 }]);
  });

  it('repeats a report without an answer, not one that was refused for good', async () => {
    const error = { code: 'not-a-member', message: '', retryable: false, traceId: 't' } as const;
    const { made, runtime, reports } = reporter([{ kind: 'unknown' }, { kind: 'rejected', error }]);
    made.connected();
    made.delivered(room, 1);
    await runtime.advance(10 * INTERVAL_MS);
    expect(reports).toEqual(Array.from({ length: 2 }, () => ({ conversationId: room, deliveredUpTo: 1 })));
  });
});

describe('watermarks of others', () => {
  const mark = (deliveredUpTo: number, readUpTo: number) => ({ userId: bob, deliveredUpTo, readUpTo });

  it('only rise, in whatever order they come', () => {
    const book = new ReceiptBook();
    book.take({ conversationId: room, users: [mark(5, 3)] });
    expect(book.take({ conversationId: room, users: [mark(4, 2)] })).toEqual([]);
    expect(book.of(room)).toEqual([mark(5, 3)]);
  });

  it('count what was read as delivered', () => {
    expect(new ReceiptBook().take({ conversationId: room, users: [mark(1, 4)] })).toEqual([mark(4, 4)]);
  });
});
