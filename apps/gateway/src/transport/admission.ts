import { readFileSync } from 'node:fs';

export type AdmissionLimits = {
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
};

/** Descriptors that are left for the log, the read models, HTTP and what comes: Node goes silent when it runs out of them. */
const DESCRIPTOR_HEADROOM = 256;

/** Soft limit of open files of this process; null where the system does not say. */
export const openFilesMax = (limitsFile = '/proc/self/limits'): number | null => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync(limitsFile, 'utf8')) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
};

/** Counts open connections, in all and by address, and says when one more would be too many. */
export class Admission {
  readonly connectionsMax: number;
  readonly #byAddress = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #connections = 0;

  constructor(
    private readonly limits: AdmissionLimits,
    descriptorsMax: number | null = openFilesMax(),
  ) {
    const bySystem =
      descriptorsMax === null ? limits.connectionsMax : Math.max(1, descriptorsMax - DESCRIPTOR_HEADROOM);
    this.connectionsMax = Math.min(limits.connectionsMax, bySystem);
  }

  get connections(): number {
    return this.#connections;
  }

  /** Takes a place; the answer to give when there is none. */
  enter(address: string): 'overloaded' | 'rate-limited' | null {
    if (this.#connections >= this.connectionsMax) return 'overloaded';
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (ofAddress >= this.limits.connectionsPerAddressMax) return 'rate-limited';
    this.#connections += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return null;
  }

  leave(address: string): void {
    this.#connections -= 1;
    const ofAddress = (this.#byAddress.get(address) ?? 1) - 1;
    if (ofAddress === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, ofAddress);
    if (this.#connections > 0) return;
    for (const tell of this.#waiting) tell();
    this.#waiting.clear();
  }

  /** Resolves when nobody is connected. */
  empty(): Promise<void> {
    return this.#connections === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.add(resolve));
  }
}
