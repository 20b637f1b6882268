import type { SocketConstructor } from '../connection/socket-like.js';
import type { Runtime } from '../kernel/runtime.js';
import type { ClientLimits } from '../options.js';
import type { OutboxStore } from '../outbox/outbox-store.js';
import type { FetchLike } from '../session/http.js';
import type { TokenStore } from '../session/token-store.js';
import type { SyncStore } from '../sync/sync-store.js';

export type ClientOptions = {
  /** Where the service is, `http://…` or `https://…`. */
  readonly url: string;
  /** Asks the service before every connection which of its gateways to use. False when absent: `url` is always right too. */
  readonly discover?: boolean;
  /** Where the device is, as the operator names it; gateways there are preferred. Only with `discover`. */
  readonly zone?: string;
  /** Name of the application for the operator's statistics. */
  readonly clientName?: string;
  /** What outlives the process. In memory when absent: then a start begins with login and inbox. */
  readonly tokens?: TokenStore;
  readonly outbox?: OutboxStore;
  readonly sync?: SyncStore;
  /** Reports messages as delivered when they were handed to the application. True when absent. */
  readonly reportsDelivery?: boolean;
  readonly limits?: Partial<ClientLimits>;
  /** The globals when absent. */
  readonly WebSocket?: SocketConstructor;
  readonly fetch?: FetchLike;
  readonly runtime?: Runtime;
};
