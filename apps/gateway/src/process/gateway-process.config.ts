import { type ChannelInstances, readChannelInstances, readChannelSecret } from '@verbatim/command-channel';
import { isAddressRange, isLoopbackHost } from '@verbatim/http-edge';
import {
  type Env,
  type EnvReader,
  LOG_LEVELS,
  type LogLevel,
  envReader,
  readSharedEngine,
  sharedEngines,
} from '@verbatim/platform';
import type { GatewayConfig } from '../gateway.config.js';

export type GatewayProcessConfig = {
  readonly publicUrl: string | null;
  readonly isLoopback: boolean;
  readonly channelSecret: string;
  readonly instances: ChannelInstances;
  readonly cursorSecret: string;
  readonly eventStoreUrl: string;
  readonly readModelUrl: string;
  readonly stateUrl: string;
  readonly presenceUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly logLevel: LogLevel;
};

const SECRET_MIN_LENGTH = 32;

const engineUrls = (read: EnvReader) => ({
  eventStoreUrl: readSharedEngine(read, 'EVENT_STORE_URL', sharedEngines.eventStore),
  readModelUrl: readSharedEngine(read, 'READ_MODEL_URL', sharedEngines.readModels),
  stateUrl: readSharedEngine(read, 'STATE_URL', sharedEngines.state),
  presenceUrl: readSharedEngine(read, 'PRESENCE_URL', sharedEngines.presence),
});

/** What a gateway reads beside `gatewayConfig` when it is a process of its own. @throws InvalidConfigError */
export const gatewayProcessConfig = (env: Env, { host, trustedProxies }: GatewayConfig): GatewayProcessConfig => {
  const read = envReader(env);
  const config: GatewayProcessConfig = {
    publicUrl: read.url('PUBLIC_URL', {
      protocols: ['https:', 'http:'],
      fallback: null,
      doc: 'Where clients reach the service; https when a proxy ends TLS.',
    }),
    isLoopback: isLoopbackHost(host),
    channelSecret: readChannelSecret(read),
    instances: readChannelInstances(read),
    cursorSecret: read.secret('CURSOR_SECRET', {
      minLength: SECRET_MIN_LENGTH,
      doc: 'Signs cursors; the same on every gateway.',
    }),
    ...engineUrls(read),
    issuer: read.string('TOKEN_ISSUER', { fallback: 'verbatim', doc: 'The `iss` of access tokens.' }),
    audience: read.string('TOKEN_AUDIENCE', { fallback: 'verbatim', doc: 'The `aud` of access tokens.' }),
    logLevel: read.string('LOG_LEVEL', { oneOf: LOG_LEVELS, fallback: 'warn', doc: 'Lowest level that is logged.' }),
  };
  if (!trustedProxies.every(isAddressRange))
    read.problem('TRUSTED_PROXIES', 'has to list addresses or ranges as 10.0.0.1 or 10.0.0.0/8, separated by commas');
  if (!config.isLoopback) requireProxy(config, { host, trustedProxies }, read.problem);
  return read.finish(config);
};

/** Whoever can be reached from outside has a proxy that ends TLS. */
const requireProxy = (
  { publicUrl }: GatewayProcessConfig,
  { host, trustedProxies }: Pick<GatewayConfig, 'host' | 'trustedProxies'>,
  problem: EnvReader['problem'],
): void => {
  const why = `because GATEWAY_HOST ${host} can be reached from other machines`;
  if (publicUrl?.startsWith('https://') !== true)
    problem('PUBLIC_URL', `has to be https://… ${why}: a proxy ends TLS there`);
  if (trustedProxies.length === 0) problem('TRUSTED_PROXIES', `has to name that proxy ${why}`);
};
