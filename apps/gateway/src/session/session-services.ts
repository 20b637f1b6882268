import type { Limit, OperationHandler } from '@verbatim/http-edge';
import type { Clock } from '@verbatim/platform';
import type { GatewayOperations } from '../command/gateway-operations.js';
import type { Membership } from '../delivery/membership.js';
import type { GatewayMetrics } from '../gateway-metrics.js';
import type { Admission } from '../transport/admission.js';
import type { FrameBudgetLimits } from '../transport/frame-budget.js';
import type { OutboxLimits } from '../transport/outbox.js';
import type { TurnFlusher } from '../transport/turn-flusher.js';
import type { Wheel } from '../transport/wheel.js';
import type { SessionAuthority } from './session-authority.js';
import type { SessionDirectory } from './session-directory.js';
import type { FrameReceiver, Session } from './session.js';

export type SessionLimits = OutboxLimits &
  FrameBudgetLimits & {
    /** Operations of one connection that may wait for their answer. */
    readonly inFlightMax: number;
  };

/** What all socket sessions of a gateway share. */
export type SessionServices = {
  readonly limits: SessionLimits;
  readonly wheel: Wheel<Session>;
  readonly flusher: TurnFlusher;
  readonly admission: Admission;
  readonly directory: SessionDirectory;
  readonly authority: SessionAuthority;
  readonly membership: Membership;
  readonly router: FrameReceiver;
  readonly commands: OperationHandler;
  readonly operations: GatewayOperations;
  readonly limit: Limit;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly helloFrame: Buffer;
  /** Told of every failure that no client caused. */
  readonly onError: (error: unknown, traceId: string) => void;
};
