import { faultsOf, type LoadOptions, type LoadResult } from './load-options.js';
import { runLoad } from './load-run.js';
import { scriptedConversation, type Push, type Script } from './scripted-system.fixtures.js';

const MESSAGES = 30;

const loaded = (script: Script, options: Partial<LoadOptions> = {}): Promise<LoadResult> =>
  runLoad({
    system: 'server',
    pace: { kind: 'window', outstanding: 2 },
    conversations: [scriptedConversation(3, 2, script)],
    messagesMax: MESSAGES,
    durationMs: 200,
    drainTimeoutMs: 0,
    ...options,
  });

const only = (seq: number, place: number, change: (push: Push) => readonly Push[]): Script => ({
  fault: (push, at) => (push.seq === seq && at === place ? change(push) : [push]),
});

describe('running a load', () => {
  it('counts every acknowledgement, every delivery and every echo of an honest server', async () => {
    const result = await loaded({});
    expect(result).toMatchObject({
      sent: MESSAGES,
      acked: MESSAGES,
      delivered: 2 * MESSAGES,
      echoed: MESSAGES,
    });
    expect(faultsOf('W1', result)).toEqual([]);
    expect(result.latenciesMs).toHaveLength(2 * MESSAGES);
  });

  it('ends by itself when everything that may be sent was delivered', async () => {
    const result = await loaded({}, { durationMs: 60_000 });
    expect(result.sent).toBe(MESSAGES);
  });

  it('keeps a fixed pace until the time is over', async () => {
    const result = await loaded(
      {},
      { pace: { kind: 'rate', perSecond: 1_000 }, messagesMax: 10_000, drainTimeoutMs: 10_000 },
    );
    expect(result.sent).toBeGreaterThan(0);
    expect(result.sent).toBeLessThanOrEqual(result.durationMs + 1);
    expect(faultsOf('W1', result)).toEqual([]);
  });

  it('follows a relay, which neither acknowledges nor echoes', async () => {
    const result = await loaded({ isRelay: true }, { system: 'relay', durationMs: 60_000 });
    expect(result).toMatchObject({ sent: MESSAGES, acked: 0, delivered: 2 * MESSAGES, echoed: 0, lost: 0 });
  });
});

describe('finding a planted fault', () => {
  it('reports a push that one member never gets', async () => {
    const result = await loaded(only(5, 2, () => []));
    expect(result.lost).toBe(1);
    expect(faultsOf('W1', result)).toContain('W1: 1 lost of 30 sent');
  });

  it('reports a push that comes twice', async () => {
    const result = await loaded(only(5, 2, (push) => [push, push]));
    expect(faultsOf('W1', result)).toContain('W1: 1 repeated of 30 sent');
  });

  it('reports a push that overtakes another', async () => {
    let held: readonly Push[] = [];
    const result = await loaded({
      fault: (push, place) => {
        if (place !== 2) return [push];
        const before = held;
        held = push.seq === 5 ? [push] : [];
        return push.seq === 5 ? [] : [push, ...before];
      },
    });
    expect(result).toMatchObject({ outOfOrder: 1, repeated: 1 });
  });

  it('reports an acknowledgement that names another seq than the push', async () => {
    const result = await loaded({ ackSeq: (seq) => (seq === 5 ? 6 : seq) });
    expect(faultsOf('W1', result)[0]).toMatch(/disagreed/);
  });

  it('reports a refusal, and does not wait for its delivery', async () => {
    let refusals = 0;
    const result = await loaded({ refuses: (seq) => seq === 5 && refusals++ === 0 }, { durationMs: 60_000 });
    expect(faultsOf('W1', result)).toEqual(['W1: 1 refused of 30 sent']);
  });
});
