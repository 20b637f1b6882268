import { createRequire } from 'node:module';

type RequestQueue = { throttledUntil: number; throttleCheckTimeoutId: unknown; readonly pending: readonly unknown[] };
type Schedule = (this: RequestQueue) => void;
type RequestQueueClass = { readonly prototype: { scheduleCheckPendingRequests: Schedule } };

let isDone = false;

/**
 * kafkajs 2.2.4 arms a timer of -1 ms again and again while a connection waits for nothing: 4 % of a core and a
 * TimeoutNegativeWarning from Node 24 on (its issues 1751 and 1755, open). The timer is for requests that wait; without any it is
 * left out here, in memory, for every client of the process.
 */
export const quietRequestQueue = (): void => {
  if (isDone) return;
  isDone = true;
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as RequestQueueClass;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length === 0) return;
    if (this.throttledUntil < 0) this.throttledUntil = Date.now();
    schedule.call(this);
  };
};
