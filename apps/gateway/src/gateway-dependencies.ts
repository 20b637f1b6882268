import type { GatewayRegistry } from '@verbatim/discovery';
import type { EventStore } from '@verbatim/event-store';
import type { Limit, OperationHandler } from '@verbatim/http-edge';
import type { Clock, Logger, Metrics } from '@verbatim/platform';
import type { PresenceRegistry } from '@verbatim/presence';
import type { ReadModels } from '@verbatim/read-models';
import type { GatewayConfig } from './gateway.config.js';
import type { SessionAuthority } from './session/session-authority.js';

/** What this gateway says of itself, and where it hears of the others. */
export type GatewayDiscovery = {
  readonly registry: GatewayRegistry;
  /** Another one for each start of a process. */
  readonly gatewayId: string;
  /** Where clients reach this very gateway, without a path; may be known only once it listens. */
  readonly url: () => string;
};

export type GatewayDependencies = {
  readonly config: GatewayConfig;
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly authority: SessionAuthority;
  readonly presence: PresenceRegistry;
  /** Executes what the command-api serves, in process or over HTTP. */
  readonly commands: OperationHandler;
  /** Shared by all gateways of a service, at least 32 bytes. */
  readonly cursorKey: Uint8Array;
  /** Counts the calls of a socket; those over HTTP are counted by http-edge with the same function. */
  readonly limit: Limit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly discovery: GatewayDiscovery;
  /** For the published documents. */
  readonly document: { readonly version: string; readonly publicUrl: string };
  /** Conditions of readiness beside the gateway's own; each says `ok` or what is not. */
  readonly checks?: () => Readonly<Record<string, string>>;
};
