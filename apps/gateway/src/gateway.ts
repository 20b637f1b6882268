import type { Server } from 'node:http';
import {
  ipClassOf,
  registerOperations,
  sendProblem,
  type Authenticate,
  type HttpServer,
  type OperationCall,
} from '@verbatim/http-edge';
import { pause } from '@verbatim/platform';
import { SOCKET_PATH, operations, protocolError, type OperationName, type OpResult } from '@verbatim/protocol';
import { GatewayOperations } from './command/gateway-operations.js';
import { assembleDelivery, type GatewayDelivery } from './gateway-delivery.js';
import type { GatewayDependencies } from './gateway-dependencies.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { assembleSockets } from './gateway-sockets.js';
import { GatewayAnnouncer } from './http/gateway-announcer.js';
import { gatewayOperations } from './http/gateway-operations-table.js';
import { serviceRoutes } from './http/service.routes.js';
import { EventStreams } from './http/stream.routes.js';
import { syncPoll } from './http/sync.routes.js';
import type { Session } from './session/session.js';
import type { SessionServices } from './session/session-services.js';
import { goAway } from './delivery/outgoing.js';
import { SocketSession } from './session/socket-session.js';
import { addressReader } from './transport/client-address.js';
import { acceptSockets, type AcceptedSockets } from './transport/socket-server.js';

/** At shutdown clients have so long to answer their close frame; then they are cut off. */
const CLOSE_FRAMES_MAX_MS = 1_000;

/** Operations under way have so long to be answered before their socket closes; a call over the channel takes no longer. */
const ANSWERS_MAX_MS = 2_000;
const ANSWERS_LOOK_MS = 5;

/** The WebSocket and query edge: holds connections, delivers from the log, answers queries. Owns no truth. */
export class Gateway {
  readonly #parts: GatewayDelivery;
  readonly #services: SessionServices;
  readonly #operations: GatewayOperations;
  readonly #streams: EventStreams;
  readonly #metrics: GatewayMetrics;
  readonly #announcer: GatewayAnnouncer;
  #sockets: AcceptedSockets | null = null;
  #isDraining = false;

  private constructor(
    private readonly dependencies: GatewayDependencies,
    startsAfter: Parameters<typeof assembleDelivery>[2],
  ) {
    const { metrics } = dependencies;
    this.#metrics = new GatewayMetrics(metrics);
    this.#parts = assembleDelivery(dependencies, this.#metrics, startsAfter);
    this.#announcer = new GatewayAnnouncer(dependencies);
    this.#operations = gatewayOperations(dependencies, this.#parts, this.#announcer);
    this.#services = assembleSockets(dependencies, this.#parts, this.#operations, this.#metrics, () =>
      this.#onSecond(),
    );
    this.#streams = new EventStreams({ ...this.#services, ...this.#parts });
    this.#observe();
  }

  /** Starts to follow the log, from where the membership that sessions are registered on is known. */
  static async open(dependencies: GatewayDependencies): Promise<Gateway> {
    const startsAfter = await dependencies.readModels.checkpoint('membership-v1');
    const gateway = new Gateway(dependencies, startsAfter);
    gateway.#parts.feed.start(startsAfter);
    gateway.#services.wheel.start();
    return gateway;
  }

  /** Adds the gateway's routes. Operations of the command-api that are not mounted elsewhere are forwarded when named. */
  mount(server: HttpServer, authenticate: Authenticate, forwarded: readonly OperationName[] = []): void {
    const { limit, logger, commands } = this.dependencies;
    const service = serviceRoutes({ ...this.dependencies, checks: () => this.checks() });
    const own = new Set<string>(this.#operations.names);
    const poll = syncPoll({ ...this.#services, ...this.#parts, presentCursor: () => this.#presentCursor() });
    const handler = (call: OperationCall): Promise<OpResult> => {
      const answer = service.operations[call.op as OperationName];
      if (answer !== undefined) return Promise.resolve(answer(call));
      return own.has(call.op) ? this.#operations.onHttp(call) : commands(call);
    };
    const rawHandlers = { ...service.rawHandlers, 'sync.poll': poll, 'sync.stream': this.#streams.handle };
    const names = [
      ...this.#operations.names,
      ...(Object.keys(service.operations) as OperationName[]),
      ...(Object.keys(rawHandlers) as OperationName[]),
      ...forwarded,
    ];
    const onError = (error: unknown, traceId: string): void => logger.error('a request failed', { error, traceId });
    registerOperations(server, { names, handler, rawHandlers, authenticate, limit, onError });
    // Without an upgrade there is nothing to be had at the socket's address.
    server.get(SOCKET_PATH, ({ traceId }, reply) =>
      sendProblem(reply.header('upgrade', 'websocket'), protocolError('upgrade-required', { traceId })),
    );
  }

  /** Takes the upgrade requests of the server. */
  attach(server: Server): void {
    const { config, limit } = this.dependencies;
    const noCall = { op: 'auth', actor: null, d: {}, chatCursor: null } as const;
    this.#sockets = acceptSockets(server, {
      origins: config,
      admission: this.#services.admission,
      limit: (address, traceId) => limit(operations.auth, { ...noCall, address, ipClass: ipClassOf(address), traceId }),
      addressOf: addressReader(config.trustedProxies),
      onConnection: (socket, raw, address) => new SocketSession(socket, raw, address, this.#services),
      onError: this.#services.onError,
    });
    this.#announce();
  }

  /** Conditions of readiness; each is `ok` or says what is not. */
  checks(): Readonly<Record<string, string>> {
    const { feed, delivery } = this.#parts;
    return {
      gateway: this.#isDraining ? 'draining' : 'ok',
      feed: feed.isLive ? 'ok' : 'catching up',
      delivery: delivery.stalled.size === 0 ? 'ok' : `${delivery.stalled.size} conversations stalled`,
      ...this.dependencies.checks?.(),
    };
  }

  /** Sends every client away, each for a time of its own, and stops. Nothing that was acked is lost: clients resume. */
  async close(): Promise<void> {
    const { admission, wheel } = this.#services;
    this.#isDraining = true;
    if (this.#sockets !== null) this.#announcer.drain();
    this.#sockets?.refuse();
    const sessions = [...wheel.items()];
    for (const session of sessions) session.write(goAway(this.dependencies.config.drainMaxMs));
    await this.#closeAnswered(sessions);
    this.#streams.closeAll();
    wheel.stop();
    await this.#parts.feed.stop();
    await Promise.race([admission.empty(), pause(CLOSE_FRAMES_MAX_MS)]);
    for (const session of sessions) session.terminate();
    this.#sockets?.close();
  }

  /** Closes each session once what it had asked is answered, as far as that comes in time. */
  async #closeAnswered(sessions: readonly Session[]): Promise<void> {
    const untilMs = performance.now() + ANSWERS_MAX_MS;
    for (let open = sessions; open.length > 0;) {
      const isOver = performance.now() >= untilMs;
      for (const session of open) if (isOver || session.inFlight === 0) session.close('going-away');
      open = isOver ? [] : open.filter(({ inFlight }) => inFlight > 0);
      if (open.length > 0) await pause(ANSWERS_LOOK_MS);
    }
  }

  #announce(): void {
    if (this.#sockets !== null && !this.#isDraining) this.#announcer.announce(this.#services.admission);
  }

  #presentCursor(): string {
    return this.#parts.cursors.encode(this.#parts.feed.place);
  }

  #onSecond(): void {
    const { presence, clock } = this.dependencies;
    presence.tick();
    this.#announce();
    this.#streams.tick(clock.nowMs());
    this.#parts.feed.lagMs(clock.nowMs()).then(
      (lagMs) => this.#metrics.lag(lagMs / 1_000),
      (error: unknown) => this.dependencies.logger.warn('the lag of the feed could not be told', { error }),
    );
  }

  #observe(): void {
    const { admission, wheel } = this.#services;
    const { delivery } = this.#parts;
    this.#metrics.observe({
      connections: () => admission.connections,
      rooms: () => delivery.audience.rooms,
      recentBytes: () => delivery.recent.bytes,
      queueBytes: () => [...wheel.items()].reduce((bytes, { outbox }) => bytes + outbox.unsentBytes, 0),
      stalledConversations: () => delivery.stalled.size,
    });
  }
}
