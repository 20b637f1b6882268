import type { Clock, Logger, Metrics } from '@verbatim/platform';

export type PresenceOptions = {
  /** Of this process, unique among those that share the registry. */
  readonly gatewayId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
};
