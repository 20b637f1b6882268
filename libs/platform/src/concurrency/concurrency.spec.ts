import { fullJitterMs, pause } from './backoff.js';
import { createWorkQueue, QueueFullError } from './work-queue.js';

describe('full jitter', () => {
  const backoff = { baseMs: 500, capMs: 30_000 };
  it('grows its range with every attempt up to the cap', () => {
    const almostOne = (): number => 0.999_999;
    const delays = [0, 1, 2, 6, 7, 2_000].map((attempt) => fullJitterMs(backoff, attempt, almostOne));
    expect(delays).toEqual([499, 999, 1_999, 29_999, 29_999, 29_999]);
  });
  it('starts at no wait at all', () => {
    expect(fullJitterMs(backoff, 5, () => 0)).toBe(0);
  });
});

describe('a pause', () => {
  it('ends when it is aborted', async () => {
    const abort = new AbortController();
    const paused = pause(3_600_000, abort.signal);
    abort.abort();
    await expect(paused).resolves.toBeUndefined();
    await expect(pause(3_600_000, abort.signal)).resolves.toBeUndefined();
  });
});

describe('a work queue', () => {
  /** Work that ends when it is told to. */
  const gate = () => {
    let open: (value: string) => void = () => {};
    const promise = new Promise<string>((resolve) => {
      open = resolve;
    });
    return { open, promise };
  };

  it('runs so many at once and the others in the order they came', async () => {
    const queue = createWorkQueue({ concurrency: 2, waitingMax: 2 });
    const gates = [gate(), gate(), gate(), gate()];
    const started: number[] = [];
    const runs = gates.map(({ promise }, index) =>
      queue.run(() => {
        started.push(index);
        return promise;
      }),
    );
    await Promise.resolve();
    expect([started, queue.running(), queue.waiting()]).toEqual([[0, 1], 2, 2]);
    gates[1]?.open('b');
    expect(await runs[1]).toBe('b');
    expect(started).toEqual([0, 1, 2]);
    for (const { open } of gates) open('x');
    await Promise.all(runs);
    expect([started, queue.running(), queue.waiting()]).toEqual([[0, 1, 2, 3], 0, 0]);
  });
  it('refuses what does not fit, without running it', async () => {
    const queue = createWorkQueue({ concurrency: 1, waitingMax: 1 });
    const { promise, open } = gate();
    const runs = [queue.run(() => promise), queue.run(() => promise)];
    let ran = false;
    await expect(queue.run(() => (ran = true))).rejects.toThrow(QueueFullError);
    expect(ran).toBe(false);
    open('x');
    expect(await Promise.all(runs)).toEqual(['x', 'x']);
    expect(await queue.run(() => 'again')).toBe('again');
  });
  it('goes on after work that fails', async () => {
    const queue = createWorkQueue({ concurrency: 1, waitingMax: 8 });
    const failing = queue.run(() => {
      throw new Error('no');
    });
    const next = queue.run(() => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    expect(queue.running()).toBe(0);
  });
});
