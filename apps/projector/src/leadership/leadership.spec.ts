import { createLogger, createMetrics, OperatorError } from '@verbatim/platform';
import { Leadership, type Lease, type LedWork } from './leadership.js';

/** A lease that all who share it see; it ends when the spec says so, or its holder gives it back. */
class SharedLease {
  holder: object | null = null;
  term = 0;
  isHanging = false;
  isDown = false;
  renewals = 0;
  onRenewal: (() => void) | null = null;

  of(owner: object, ttlMs: number): Lease {
    const answer = async <Value>(value: () => Value): Promise<Value> => {
      if (this.isHanging) return new Promise(() => {});
      if (this.isDown) throw new Error('nobody answers');
      return value();
    };
    return {
      ttlMs,
      acquire: () =>
        answer(() => {
          if (this.holder !== null) return null;
          this.holder = owner;
          return (this.term += 1);
        }),
      renew: (term) =>
        answer(() => {
          this.renewals += 1;
          this.onRenewal?.();
          return this.holder === owner && this.term === term;
        }),
      release: (term) =>
        answer(() => {
          if (this.holder === owner && this.term === term) this.holder = null;
        }),
    };
  }
}

/** Work that says when it starts and stops. */
class SpiedWork implements LedWork {
  readonly said: string[] = [];
  failure: Error | null = null;
  /** What its start waits for. */
  ready: Promise<void> = Promise.resolve();
  #waiting: { isMet: () => boolean; resolve: () => void }[] = [];

  readonly start = async (): Promise<void> => {
    await this.ready;
    if (this.failure !== null) throw this.failure;
    this.#say('started');
  };
  readonly stop = async (): Promise<void> => this.#say('stopped');

  has(count: number): Promise<void> {
    return this.#until(() => this.said.length >= count);
  }

  hasStarted(): Promise<void> {
    return this.#until(() => this.said.at(-1) === 'started');
  }

  #until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isMet, resolve });
      this.#tell();
    });
  }

  #say(what: string): void {
    this.said.push(what);
    this.#tell();
  }

  #tell(): void {
    for (const { isMet, resolve } of this.#waiting) if (isMet()) resolve();
  }
}

const running: Leadership[] = [];
afterEach(() => Promise.all(running.splice(0).map((leadership) => leadership.stop())));

const LONG_MS = 3_600_000;
const contender = (shared: SharedLease, { ttlMs = LONG_MS, ready = Promise.resolve() } = {}) => {
  const work = new SpiedWork();
  work.ready = ready;
  const fatal: unknown[] = [];
  const metrics = createMetrics({ processMetrics: false });
  const leadership = new Leadership({
    ...{ work, metrics, lookEveryMs: 1 },
    lease: shared.of(work, ttlMs),
    logger: createLogger({ name: 'spec', level: 'silent' }),
    onFatal: (error) => void fatal.push(error),
  });
  running.push(leadership);
  leadership.start();
  return { leadership, work, fatal, metrics };
};

describe('the leadership of the projector', () => {
  it('renews the lease while the work takes its time to start', async () => {
    const shared = new SharedLease();
    const renewedThrice = new Promise<void>((resolve) => {
      shared.onRenewal = () => void (shared.renewals >= 3 && resolve());
    });
    const { work, leadership } = contender(shared, { ready: renewedThrice });
    await work.hasStarted();
    expect(leadership.isLeader).toBe(true);
    expect(work.said).toEqual(['started']);
  });

  it('is of one process at a time, and goes to the next one when it is given back', async () => {
    const shared = new SharedLease();
    const one = contender(shared);
    await one.work.has(1);
    const other = contender(shared);
    await one.leadership.stop();
    expect(one.work.said).toEqual(['started', 'stopped']);
    await other.work.has(1);
    expect([one.leadership.isLeader, other.leadership.isLeader, shared.term]).toEqual([false, true, 2]);
  });

  it('ends when another process has the lease', async () => {
    const shared = new SharedLease();
    const { work, leadership } = contender(shared);
    await work.has(1);
    shared.holder = {};
    await work.has(2);
    expect([work.said, leadership.isLeader]).toEqual([['started', 'stopped'], false]);
  });

  it.each(['isHanging', 'isDown'] as const)('ends before the lease does when State %s', async (trouble) => {
    const shared = new SharedLease();
    const { work, leadership } = contender(shared, { ttlMs: 100 });
    await work.has(1);
    shared[trouble] = true;
    await work.has(2);
    shared[trouble] = false;
    expect(leadership.isLeader).toBe(false);
    shared.holder = null;
    await work.has(3);
    expect(work.said).toEqual(['started', 'stopped', 'started']);
  });

  it('is tried for again when the work does not start', async () => {
    const shared = new SharedLease();
    shared.holder = {};
    const { work } = contender(shared);
    work.failure = new Error('the read models do not answer');
    shared.holder = null;
    while (shared.term < 3) await new Promise(setImmediate);
    work.failure = null;
    await work.hasStarted();
    expect(work.said.filter((what) => what === 'started')).toHaveLength(1);
  });

  it('is nobody’s when only an operator can help', async () => {
    const shared = new SharedLease();
    shared.holder = {};
    const { work, fatal } = contender(shared);
    work.failure = new OperatorError('the read models are those of another log');
    shared.holder = null;
    while (fatal.length === 0) await new Promise(setImmediate);
    expect(fatal[0]).toBe(work.failure);
  });

  it('shows in the metrics', async () => {
    const { work, metrics } = contender(new SharedLease());
    await work.has(1);
    expect(await metrics.text()).toMatch(/^verbatim_projector_leader_info 1$[^]*^verbatim_projector_term_count 1$/m);
  });
});
