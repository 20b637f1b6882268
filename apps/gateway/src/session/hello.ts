import { AUTH_TIMEOUT_MS, HEARTBEAT_INTERVAL_MS, PROTOCOL_VERSION, helloLimits } from '@verbatim/protocol';
import { notice } from '../delivery/outgoing.js';

/** The first frame of every connection: the same bytes for all. */
export const helloFrame = (): Buffer =>
  notice('hello', {
    heartbeatMs: HEARTBEAT_INTERVAL_MS,
    authTimeoutMs: AUTH_TIMEOUT_MS,
    protocol: [PROTOCOL_VERSION],
    limits: helloLimits,
  }).frame;
