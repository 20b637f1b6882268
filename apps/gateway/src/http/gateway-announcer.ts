import { chooseGateway, type GatewayRecord } from '@verbatim/discovery';
import type { GatewayFindRequest } from '@verbatim/protocol';
import type { OwnOperation } from '../command/gateway-operations.js';
import { ok, OperationError } from '../command/operation-error.js';
import type { GatewayDependencies } from '../gateway-dependencies.js';

export type OwnLoad = { readonly connections: number; readonly connectionsMax: number };

/** Tells the registry of this gateway, and clients of the one to use. */
export class GatewayAnnouncer {
  #isDraining = false;
  #load: OwnLoad = { connections: 0, connectionsMax: 0 };

  constructor(private readonly dependencies: Pick<GatewayDependencies, 'config' | 'discovery'>) {}

  /** To be called about once a second while the gateway takes sockets. */
  announce({ connections, connectionsMax }: OwnLoad): void {
    this.#load = { connections, connectionsMax };
    this.dependencies.discovery.registry.announce(this.#self());
  }

  /** Nobody is to be sent here from now on. */
  drain(): void {
    this.#isDraining = true;
    this.dependencies.discovery.registry.announce(this.#self());
  }

  readonly find: OwnOperation = async ({ d }) => {
    const { zone } = d as GatewayFindRequest;
    const gateways = await this.dependencies.discovery.registry.list();
    const chosen = chooseGateway(gateways, zone === undefined ? {} : { zone });
    if (chosen === null) throw new OperationError('overloaded');
    const { gatewayId } = chosen;
    const { discovery } = this.dependencies;
    // Of itself a gateway knows better than its own last announcement, which may be from before it listened.
    const url = gatewayId === discovery.gatewayId ? discovery.url() : chosen.url;
    return ok({ gatewayId, url, ...(chosen.zone === '' ? {} : { zone: chosen.zone }) });
  };

  #self(): GatewayRecord {
    const { config, discovery } = this.dependencies;
    const { gatewayId } = discovery;
    return { gatewayId, url: discovery.url(), zone: config.zone, isDraining: this.#isDraining, ...this.#load };
  }
}
