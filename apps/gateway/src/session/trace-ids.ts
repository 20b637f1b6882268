import { randomBytes } from 'node:crypto';

const COUNTER_DIGITS = 12;

/** Trace ids of frames: 32 hex digits, a random part of this process and a count. A random id each would cost more than the frame. */
export const createTraceIds = (): (() => string) => {
  const prefix = randomBytes(10).toString('hex');
  let count = 0;
  return () => prefix + (count += 1).toString(16).padStart(COUNTER_DIGITS, '0');
};
