/** What a gateway says of itself. */
export type GatewayRecord = {
  /** Unique among the gateways that run; a restarted one may keep its own. */
  readonly gatewayId: string;
  /** Where clients reach this very gateway, without a path: `wss://g1.chat.example.org`. */
  readonly url: string;
  /** Where it stands, as its operator calls it; empty when he calls it nothing. */
  readonly zone: string;
  /** Open sockets. */
  readonly connections: number;
  /** Open sockets that it takes; one more is refused. */
  readonly connectionsMax: number;
  /** It is on its way out: nobody is to be sent to it. */
  readonly isDraining: boolean;
};

/** Which gateways are there. Advice for clients: nothing that is promised depends on it. */
export interface GatewayRegistry {
  /**
   * Says what is so of this process's own gateway. To be called about once a second by the loop that serves the sockets, and at once
   * when the draining begins: a gateway that says nothing for GATEWAY_RECORD_TTL_MS is taken to be gone.
   */
  announce(self: GatewayRecord): void;
  /**
   * Every gateway that is known to be there, by id. Never rejects. While the registry does not answer: what it said last, for
   * GATEWAYS_REMEMBERED_MAX_MS, and after that this process's own gateway alone.
   */
  list(): Promise<readonly GatewayRecord[]>;
  /** Takes this process's own gateway out of it. */
  close(): Promise<void>;
}

/** Ten announcements may be lost before a gateway is taken to be gone. */
export const GATEWAY_RECORD_TTL_MS = 10_000;
export const GATEWAYS_REMEMBERED_MAX_MS = 60_000;
