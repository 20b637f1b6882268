import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CommandApiModule, CommandDispatcher } from '@verbatim/command-api';
import {
  type GatewayConfig,
  GatewayModule,
  type GatewayModuleOptions,
  authenticator,
  sessionAuthority,
} from '@verbatim/gateway';
import { type HttpServer, closeHttpServer, limitByClass } from '@verbatim/http-edge';
import { type Logger, type Metrics, systemClock } from '@verbatim/platform';
import {
  kafkaRelay,
  ProjectionRunner,
  type ProjectorDependencies,
  ProjectorModule,
  Reactors,
} from '@verbatim/projector';
import type { RateLimits } from '@verbatim/rate-limit';
import type { Engines } from './engines.js';

export type StandaloneParts = {
  readonly engines: Engines;
  readonly server: HttpServer;
  readonly gatewayConfig: GatewayConfig;
  readonly limits: RateLimits;
  readonly cursorKey: Uint8Array;
  readonly version: string;
  readonly publicUrl: string;
  /** Where this server is reached, once it listens. */
  readonly ownUrl: () => string;
  /** True where other processes may use the same log. */
  readonly isLogShared: boolean;
  readonly leadership?: ProjectorDependencies['leadership'];
  readonly logger: Logger;
  readonly metrics: Metrics;
};

const HTTP_SERVER = Symbol('HttpServer');

/** The modules of the three apps, in one process on one server. */
@Module({})
export class StandaloneModule implements OnApplicationShutdown {
  constructor(@Inject(HTTP_SERVER) private readonly server: HttpServer) {}

  static register(parts: StandaloneParts): DynamicModule {
    const { engines, server, limits, logger, metrics } = parts;
    const clock = systemClock;
    const limit = limitByClass(engines.limiter, limits);
    const authenticate = authenticator(engines.identity);
    const onError = (error: unknown, traceId: string): void => logger.error('a request failed', { error, traceId });
    const { messageIds } = engines.readModelStore.readModels;
    const commandApi = CommandApiModule.register({
      ...{ ...engines, messageIds, clock, logger, metrics, isLogShared: parts.isLogShared },
      routes: { server, authenticate, limit, onError },
    });
    const { store: eventStore, eventTopic } = engines;
    const reactors = eventTopic === null ? [] : [kafkaRelay(eventTopic, eventStore.identity)];
    const projector = ProjectorModule.register({
      ...{ ...engines, eventStore, reactors, clock, logger, metrics },
      ...(parts.leadership === undefined ? {} : { leadership: parts.leadership }),
    });
    const gateway = GatewayModule.registerAsync({
      imports: [commandApi, projector],
      inject: [CommandDispatcher, ProjectionRunner, Reactors],
      useFactory: (dispatcher: CommandDispatcher, runner: ProjectionRunner, led: Reactors): GatewayModuleOptions => ({
        server,
        authenticate,
        dependencies: {
          ...{ limit, clock, logger, metrics, store: engines.store, cursorKey: parts.cursorKey },
          config: parts.gatewayConfig,
          readModels: engines.readModelStore.readModels,
          authority: sessionAuthority(engines.identity),
          presence: engines.presence,
          discovery: { registry: engines.registry, gatewayId: engines.gatewayId, url: parts.ownUrl },
          commands: (call) => dispatcher.execute(call),
          document: { version: parts.version, publicUrl: parts.publicUrl },
          checks: () => ({ ...runner.checks(), ...led.checks() }),
        },
      }),
    });
    return {
      module: StandaloneModule,
      imports: [commandApi, projector, gateway],
      providers: [{ provide: HTTP_SERVER, useValue: server }],
    };
  }

  /** After the gateway has sent its clients away. */
  async onApplicationShutdown(): Promise<void> {
    await closeHttpServer(this.server);
  }
}
