import 'reflect-metadata';
import { identityConfig } from '@verbatim/identity';
import { createMetrics, readConfigs, runProcess } from '@verbatim/platform';
import { rateLimitConfig } from '@verbatim/rate-limit';
import { commandApiConfig, dataDirectoryOf } from './command-api.config.js';
import { startCommandApi } from './process/start-command-api.js';

runProcess('command-api', ({ lifecycle, loggerAt }) => {
  const { env } = process;
  const { config, rates, identity } = readConfigs({
    config: () => commandApiConfig(env),
    rates: () => rateLimitConfig(env),
    identity: () => identityConfig(env, dataDirectoryOf(env)),
  });
  return startCommandApi({
    ...{ config, lifecycle, limits: rates.limits, metrics: createMetrics() },
    identityConfig: identity,
    logger: loggerAt(config.logLevel),
  });
});
