import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type InjectionToken,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Authenticate, HttpServer } from '@verbatim/http-edge';
import type { OperationName } from '@verbatim/protocol';
import { Gateway } from './gateway.js';
import type { GatewayDependencies } from './gateway-dependencies.js';

const GATEWAY_OPTIONS = Symbol('GATEWAY_OPTIONS');
export const GATEWAY = Symbol('GATEWAY');

export type GatewayModuleOptions = {
  readonly dependencies: GatewayDependencies;
  /** Takes the gateway's routes before it listens, and its sockets from the start of the application on. */
  readonly server: HttpServer;
  readonly authenticate: Authenticate;
  /** Operations of the command-api whose routes nobody else mounts on this server. */
  readonly forwarded?: readonly OperationName[];
};
export type GatewayModuleAsyncOptions = {
  readonly imports?: NonNullable<DynamicModule['imports']>;
  readonly inject?: InjectionToken[];
  readonly useFactory: (...injected: never[]) => GatewayModuleOptions | Promise<GatewayModuleOptions>;
};

/** Mounts the gateway on an HTTP server, and drains it before anything else of the application stops. */
@Module({})
export class GatewayModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(GATEWAY) private readonly gateway: Gateway,
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayModuleOptions,
  ) {}

  static registerAsync({ imports = [], inject = [], useFactory }: GatewayModuleAsyncOptions): DynamicModule {
    return {
      module: GatewayModule,
      imports,
      providers: [
        { provide: GATEWAY_OPTIONS, inject, useFactory },
        { provide: GATEWAY, inject: [GATEWAY_OPTIONS], useFactory: openAndMount },
      ],
      exports: [GATEWAY],
    };
  }

  onApplicationBootstrap(): void {
    this.gateway.attach(this.options.server.server);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.gateway.close();
  }
}

/** Routes have to be there before the server is ready. */
const openAndMount = async (options: GatewayModuleOptions): Promise<Gateway> => {
  const { dependencies, server, authenticate, forwarded } = options;
  const gateway = await Gateway.open(dependencies);
  gateway.mount(server, authenticate, forwarded);
  return gateway;
};
