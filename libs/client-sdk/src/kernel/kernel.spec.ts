import { backoffMs } from './backoff.js';
import { Emitter } from './emitter.js';
import { LatestSaver } from './latest-saver.js';
import { ManualRuntime } from './manual-runtime.fixtures.js';
import { uuidV7 } from './uuid-v7.js';

const limits = { baseMs: 500, maxMs: 30_000 };

describe('backoff', () => {
  it('doubles its range with each failure up to the longest wait', () => {
    const almostOne = new ManualRuntime([1]);
    const waits = [0, 1, 2, 5, 6, 60, 2_000].map((failures) => backoffMs(almostOne, limits, failures));
    expect(waits).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('may wait for any part of the range, nothing included', () => {
    expect(backoffMs(new ManualRuntime([0]), limits, 9)).toBe(0);
  });
});

describe('a minted id', () => {
  it('is a UUID of version 7 with the wall time in front', () => {
    const id = uuidV7(new ManualRuntime());
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(1_767_225_600_000);
  });

  it('differs from the next one of the same millisecond', () => {
    const runtime = new ManualRuntime();
    expect(uuidV7(runtime)).not.toBe(uuidV7(runtime));
  });
});

describe('the emitter', () => {
  it('stops telling who has unsubscribed', () => {
    const emitter = new Emitter<{ tick: number }>();
    const heard: number[] = [];
    const stop = emitter.on('tick', (tick) => heard.push(tick));
    emitter.emit('tick', 1);
    stop();
    emitter.emit('tick', 2);
    expect(heard).toEqual([1]);
  });
});

describe('saving what changes often', () => {
  it('saves the newest value after the save under way, and not the ones between', async () => {
    let value = 1;
    let release: () => void = () => undefined;
    const saved: number[] = [];
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const saver = new LatestSaver(
      () => value,
      (now) => {
        saved.push(now);
        return saved.length === 1 ? gate : Promise.resolve();
      },
      () => undefined,
    );
    saver.touch();
    await Promise.resolve();
    await Promise.resolve();
    value = 2;
    saver.touch();
    value = 3;
    saver.touch();
    release();
    await saver.settle();
    expect(saved).toEqual([1, 3]);
  });

  it('goes on after a save that failed', async () => {
    const errors: unknown[] = [];
    let fails = true;
    const saved: number[] = [];
    const saver = new LatestSaver(
      () => 7,
      (now) => {
        if (fails) return Promise.reject(new Error('disk full'));
        saved.push(now);
        return Promise.resolve();
      },
      (error) => errors.push(error),
    );
    saver.touch();
    await saver.settle();
    fails = false;
    saver.touch();
    await saver.settle();
    expect(errors).toEqual([new Error('disk full')]);
    expect(saved).toEqual([7]);
  });
});
