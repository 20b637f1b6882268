import type { ChannelLimits } from '../channel-limits.js';
import type { PendingCall } from './pending-call.js';

/** Calls on their way to one instance, so many requests at a time; what does not fit waits and goes together. */
export class CallLane {
  #waiting: PendingCall[] = [];
  #requests = 0;
  #isScheduled = false;

  /** @param send sends one request; the function that it is given is called when that has ended */
  constructor(
    private readonly limits: ChannelLimits,
    private readonly requestsMax: number,
    private readonly send: (calls: readonly PendingCall[], onEnd: () => void) => void,
  ) {}

  enqueue(call: PendingCall): void {
    this.#waiting.push(call);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  takeAll(): readonly PendingCall[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  #flush(): void {
    while (this.#requests < this.requestsMax) {
      const batch = this.#nextBatch();
      if (batch.length === 0) return;
      this.#requests += 1;
      this.send(batch, () => {
        this.#requests -= 1;
        this.#flush();
      });
    }
  }

  /** Calls that were answered meanwhile (their time was over) are left out. */
  #nextBatch(): readonly PendingCall[] {
    const { batchMaxCalls, batchMaxBytes } = this.limits;
    const batch: PendingCall[] = [];
    let bytes = 0;
    let taken = 0;
    for (const call of this.#waiting) {
      const size = Buffer.byteLength(call.text) + 1;
      if (batch.length === batchMaxCalls || (batch.length > 0 && bytes + size > batchMaxBytes)) break;
      taken += 1;
      if (call.isSettled) continue;
      batch.push(call);
      bytes += size;
    }
    this.#waiting = this.#waiting.slice(taken);
    return batch;
  }
}
