import 'reflect-metadata';
import { createMetrics, packageVersion, readConfigs, runProcess } from '@verbatim/platform';
import { rateLimitConfig } from '@verbatim/rate-limit';
import { gatewayConfig, scaledFrames } from './gateway.config.js';
import { gatewayProcessConfig } from './process/gateway-process.config.js';
import { startGateway } from './process/start-gateway.js';

runProcess('gateway', ({ lifecycle, loggerAt }) => {
  const { env } = process;
  const { gateway, rates, config } = readConfigs({
    gateway: () => gatewayConfig(env),
    rates: () => rateLimitConfig(env),
    config: () => gatewayProcessConfig(env, gatewayConfig(env)),
  });
  return startGateway({
    ...{ config, lifecycle, limits: rates.limits, metrics: createMetrics() },
    gatewayConfig: scaledFrames(gateway, rates.scale),
    version: packageVersion(import.meta.url),
    logger: loggerAt(config.logLevel),
  });
});
