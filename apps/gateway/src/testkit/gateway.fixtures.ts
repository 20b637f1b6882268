import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type GatewayRegistry, openGatewayRegistry } from '@verbatim/discovery';
import { openMemoryEventStore, type EventStore } from '@verbatim/event-store';
import {
  createHttpServer,
  refuseOtherMethods,
  type HttpServer,
  type Limit,
  type OperationHandler,
} from '@verbatim/http-edge';
import type { Actor } from '@verbatim/identity';
import { createLogger, createMetrics, systemClock } from '@verbatim/platform';
import type { OperationName } from '@verbatim/protocol';
import { MemoryPresence, type PresenceRegistry } from '@verbatim/presence';
import type { ConversationId, UserId } from '@verbatim/domain';
import { gatewayConfig } from '../gateway.config.js';
import { Gateway } from '../gateway.js';
import type { SessionAuthority, VerifiedToken } from '../session/session-authority.js';
import { FoldedReadModels } from './folded-read-models.fixtures.js';
import { LogWriter } from './log-writer.fixtures.js';

/** Tokens that say what they are: `<user>|<device>|<session>|<expiry in ms>`. */
export class PlainAuthority implements SessionAuthority {
  readonly endedSessionIds = new Set<string>();

  verify(token: string): VerifiedToken {
    const [userId, deviceId, sessionId, expiry] = token.split('.');
    if (!userId || !deviceId || !sessionId) return { ok: false, code: 'token-invalid' };
    if (Number(expiry) <= Date.now()) return { ok: false, code: 'token-expired' };
    return { ok: true, actor: { userId, deviceId, sessionId, role: 'user' }, expiresAtMs: Number(expiry) };
  }

  isActive({ sessionId }: Actor): boolean {
    return !this.endedSessionIds.has(sessionId);
  }

  ended(sessionId: string): void {
    this.endedSessionIds.add(sessionId);
  }
}

const HOUR_MS = 3_600_000;
export const tokenOf = (actor: Omit<Actor, 'role'>, lifeMs = HOUR_MS): string =>
  [actor.userId, actor.deviceId, actor.sessionId, Date.now() + lifeMs].join('.');
export const someActor = (userId: string = randomUUID()): Omit<Actor, 'role'> => ({
  userId,
  deviceId: randomUUID(),
  sessionId: randomUUID(),
});

export type RunningGateway = {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly store: EventStore;
  readonly writer: LogWriter;
  readonly readModels: FoldedReadModels;
  readonly authority: PlainAuthority;
  readonly server: HttpServer;
  readonly close: () => Promise<void>;
};

/** Sends go straight to the log; what the rules say of them is command-api's matter. */
const sendingCommands =
  (writer: LogWriter): OperationHandler =>
  async ({ op, actor, d, traceId }) => {
    if (op !== 'message.send') throw new Error(`${op} is not served here (${traceId})`);
    const { conversationId, body, clientMsgId } = d as { conversationId: string; body: string; clientMsgId: string };
    const seq = await writer.send(conversationId as ConversationId, actor?.userId as UserId, body, clientMsgId);
    return { ok: true, status: 201, dText: JSON.stringify({ conversationId, seq, duplicate: false }) };
  };

export type GatewayOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly store?: EventStore;
  readonly commands?: OperationHandler;
  readonly limit?: Limit;
  /** Operations of the command-api that have routes here. */
  readonly forwarded?: readonly OperationName[];
  readonly registry?: GatewayRegistry;
  /** Shared with other gateways; who opened it closes it. */
  readonly presence?: PresenceRegistry;
};

/** A gateway on a free port of the loopback, over a log in memory. */
export const runGateway = async (options: GatewayOptions = {}) => {
  const { env = {}, store = openMemoryEventStore(), commands } = options;
  const writer = new LogWriter(store);
  const readModels = new FoldedReadModels(store);
  const authority = new PlainAuthority();
  const logger = createLogger({ name: 'gateway', level: 'silent' });
  const config = gatewayConfig({ GATEWAY_ALLOWED_ORIGINS: 'https://good.example', ...env });
  const gateway = await Gateway.open({
    config,
    store,
    readModels: readModels.port,
    authority,
    presence: options.presence ?? new MemoryPresence({ clock: systemClock, offlineGraceMs: 0 }),
    commands: commands ?? sendingCommands(writer),
    cursorKey: Buffer.alloc(32, 7),
    limit: options.limit ?? (() => null),
    clock: systemClock,
    logger,
    metrics: createMetrics({ processMetrics: false }),
    discovery: {
      registry: options.registry ?? (await openGatewayRegistry('memory:')),
      gatewayId: randomUUID(),
      url: () => 'http://127.0.0.1',
    },
    document: { version: '0.0.0', publicUrl: 'http://127.0.0.1' },
  });
  const failures: unknown[] = [];
  const server = createHttpServer({
    origins: config,
    trustedProxies: config.trustedProxies,
    onError: (error) => void failures.push(error),
  });
  gateway.mount(server, (token) => authority.verify(token), options.forwarded);
  refuseOtherMethods(server);
  gateway.attach(server.server);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    await gateway.close();
    await server.close();
    await store.close();
    if (failures.length > 0) throw new AggregateError(failures, 'requests failed without a client causing it');
  };
  const running: RunningGateway = {
    url: `http://127.0.0.1:${port}`,
    port,
    gateway,
    store,
    writer,
    readModels,
    authority,
    server,
    close,
  };
  return running;
};
