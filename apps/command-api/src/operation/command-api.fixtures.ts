import 'reflect-metadata';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type EventStore, openMemoryEventStore } from '@verbatim/event-store';
import { type HttpServer, createHttpServer, refuseOtherMethods } from '@verbatim/http-edge';
import { type Identity, type Tokens, identityConfig, loadIdentityKeys, openIdentity } from '@verbatim/identity';
import { createLogger, createMetrics, systemClock } from '@verbatim/platform';
import { type HttpBinding, type OperationName, operations } from '@verbatim/protocol';
import { createMemoryRateLimiter, rateLimitsOf } from '@verbatim/rate-limit';
import { openStateStore } from '@verbatim/state';
import { makeDataFolder } from '@verbatim/testing/scenario';
import { CommandApiModule } from '../command-api.module.js';
import { type AppendFault, emptyIndex, withFaults } from '../conversation/writer/conversation-writer.fixtures.js';
import { StreamedUserEvents } from '../user/streamed-user-events.js';
import { UserStreams } from '../user/user-streams.js';

export const CHANNEL_SECRET = 'q3XvB7pWm2Kd9TzR5yHc8LfN4sJg6Ua1';
const LIMITS_OUT_OF_THE_WAY = 1_000;
/** Well-formed; of no password that anybody knows. Nothing is hashed for those who are brought along. */
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$x7dFfF3xY0oJbJvB1p0rE1g0o1mYb0c5y2a9m8s1dZQ';

export type Person = Tokens & { readonly userName: string };
export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** The whole command side on engines in memory, asked over HTTP as the operation table says. */
export class CommandApiUnderTest {
  private constructor(
    readonly store: EventStore,
    /** What happens to the next appends. */
    readonly faults: AppendFault[],
    readonly identity: Identity,
    readonly application: INestApplicationContext,
    readonly server: HttpServer,
  ) {}

  static async open(): Promise<CommandApiUnderTest> {
    const faults: AppendFault[] = [];
    const store = withFaults(openMemoryEventStore(), faults);
    const identity = await identityOn(store);
    const onError = (error: unknown): never => {
      throw error;
    };
    const server = createHttpServer({ origins: { allowedOrigins: [] }, trustedProxies: [], onError });
    const authenticate = async (token: string) => ({
      ok: true as const,
      actor: (await identity.authenticate(token)).actor,
    });
    const module = CommandApiModule.register({
      ...{ store, identity, messageIds: emptyIndex, clock: systemClock, isLogShared: false },
      logger: createLogger({ name: 'spec', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
      routes: { server, authenticate, limit: () => null, onError },
      channel: { server, secret: CHANNEL_SECRET, onError },
    });
    const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    refuseOtherMethods(server);
    return new CommandApiUnderTest(store, faults, identity, application, server);
  }

  async close(): Promise<void> {
    await this.application.close();
    await this.server.close();
    await this.identity.stop();
    await this.store.close();
  }

  /** Somebody new, signed in on one device. */
  async person(): Promise<Person> {
    const userName = `p${randomUUID().slice(0, 8)}`;
    const [outcome] = await this.identity.importAccounts([{ userName, passwordHash: PASSWORD_HASH }], { signIn: true });
    if (outcome?.outcome !== 'imported' || outcome.tokens === undefined) throw new Error(`not imported: ${userName}`);
    return { ...outcome.tokens, userName };
  }

  async ask(op: OperationName, by: Person | null, fields: Record<string, unknown> = {}): Promise<Answer> {
    const [binding] = operations[op].http as readonly HttpBinding[];
    if (binding === undefined) throw new Error(`${op} has no route`);
    const { method, path, body } = binding;
    const payload = Object.fromEntries(Object.entries(fields).filter(([name]) => body?.includes(name)));
    const response = await this.server.inject({
      method,
      url: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(fields[name])),
      headers: {
        ...(by === null ? {} : { authorization: `Bearer ${by.accessToken}` }),
        ...(body === undefined && typeof fields['commandId'] === 'string'
          ? { 'idempotency-key': fields['commandId'] }
          : {}),
      },
      ...(body === undefined ? {} : { payload }),
    });
    return { status: response.statusCode, body: response.body === '' ? {} : response.json() };
  }

  /** A group of one's own. */
  async group(owner: Person, members: readonly Person[] = [], visibility = 'invite-only'): Promise<string> {
    const memberIds = members.map(({ userId }) => userId);
    const { body } = await this.ask('group.create', owner, { name: 'Analysts', visibility, memberIds });
    return body['conversationId'] as string;
  }

  async direct(one: Person, other: Person): Promise<string> {
    return (await this.ask('conversation.direct', one, { userId: other.userId })).body['conversationId'] as string;
  }
}

const identityOn = async (store: EventStore): Promise<Identity> => {
  const folder = makeDataFolder('command-api', 'memory');
  const config = identityConfig({}, folder.path);
  const keys = await loadIdentityKeys(join(folder.path, 'identity-key.json'), { createMissing: true });
  folder.remove();
  return openIdentity({
    ...{ keys, config, clock: systemClock },
    state: await openStateStore('memory:'),
    events: new StreamedUserEvents(new UserStreams(store)),
    limiter: createMemoryRateLimiter(),
    limits: rateLimitsOf(LIMITS_OUT_OF_THE_WAY),
    logger: createLogger({ name: 'spec', level: 'silent' }),
  });
};
