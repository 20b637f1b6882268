import { setTimeout as delay } from 'node:timers/promises';

/** Waits without keeping the process alive. */
export const pause = (ms: number): Promise<void> => delay(ms, undefined, { ref: false });
