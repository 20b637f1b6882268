import type { ClientRequest, Push } from '@verbatim/protocol';

/** Where the server leaves the protocol. May be changed while it runs. */
export type ServerScript<Connection> = {
  heartbeatMs: number;
  /** True when the script has dealt with the request itself. */
  intercepts?: ((request: ClientRequest, connection: Connection) => boolean) | undefined;
  /** A push that is counted as written and never is. */
  losesPush?: ((push: Push) => boolean) | undefined;
  /** Every cursor is answered with a reset. */
  resets?: boolean;
  /** Connections are opened and nothing is said. */
  silentHello?: boolean;
  tokenLifetimeMs: number;
};
