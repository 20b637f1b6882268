import { randomBytes } from 'node:crypto';

/** W3C Trace Context, version 00: `00-<trace id>-<span id>-<flags>`. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const NO_TRACE = '0'.repeat(32);
const TRACE_ID_BYTES = 16;

/** Takes the caller's trace id when its `traceparent` is well-formed, else mints one: 32 lower-case hex digits. */
export const traceIdFrom = (traceparent: unknown): string => {
  const given = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  return given !== undefined && given !== NO_TRACE ? given : randomBytes(TRACE_ID_BYTES).toString('hex');
};
