import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type InjectionToken,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Authenticate, HttpServer } from '@verbatim/http-edge';
import type { OperationName } from '@verbatim/protocol';
import { Gateway } from './gateway.js';
import type { GatewayDependencies } from './gateway-dependencies.js';

/** Token under which a module that imports this one provides what the gateway works with. */
export const GATEWAY_OPTIONS = Symbol('GATEWAY_OPTIONS');
export const GATEWAY = Symbol('GATEWAY');

export type GatewayModuleOptions = {
  readonly dependencies: GatewayDependencies;
  readonly authenticate: Authenticate;
  /** Operations of the command-api whose routes nobody else mounts on this server. */
  readonly forwarded?: readonly OperationName[];
};
export type GatewayModuleAsyncOptions = {
  readonly imports?: NonNullable<DynamicModule['imports']>;
  readonly inject?: InjectionToken[];
  readonly useFactory: (...injected: never[]) => GatewayModuleOptions | Promise<GatewayModuleOptions>;
};

/** Mounts the gateway on the HTTP server of the Nest application, and drains it before that closes. */
@Module({})
export class GatewayModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(GATEWAY) private readonly gateway: Gateway,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  static registerAsync({ imports = [], inject = [], useFactory }: GatewayModuleAsyncOptions): DynamicModule {
    return {
      module: GatewayModule,
      imports,
      providers: [
        { provide: GATEWAY_OPTIONS, inject, useFactory },
        { provide: GATEWAY, inject: [GATEWAY_OPTIONS, HttpAdapterHost], useFactory: openAndMount },
      ],
      exports: [GATEWAY],
    };
  }

  onApplicationBootstrap(): void {
    this.gateway.attach(this.host.httpAdapter.getHttpServer());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.gateway.close();
  }
}

/** Routes have to be there before the server is ready. */
const openAndMount = async (
  { dependencies, authenticate, forwarded }: GatewayModuleOptions,
  { httpAdapter }: HttpAdapterHost,
): Promise<Gateway> => {
  const gateway = await Gateway.open(dependencies);
  gateway.mount(httpAdapter.getInstance<HttpServer>(), authenticate, forwarded);
  return gateway;
};
