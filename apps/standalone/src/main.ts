import './node-version.js';
import 'reflect-metadata';
import { join } from 'node:path';
import { gatewayConfig, scaledFrames } from '@verbatim/gateway';
import { identityConfig } from '@verbatim/identity';
import { kafkaConfig } from '@verbatim/messaging';
import { createLifecycle, createLogger, createMetrics, packageVersion, readConfigs } from '@verbatim/platform';
import { rateLimitConfig } from '@verbatim/rate-limit';
import { readOrMakeCursorKey } from './cursor-key.js';
import { prepareDataDirectory } from './data-directory.js';
import { dataDirectoryOf, standaloneConfig } from './standalone.config.js';
import { startStandalone } from './standalone.js';

const logger = createLogger({ name: 'verbatim', level: 'warn' });
const lifecycle = createLifecycle({ logger });

const main = async (): Promise<void> => {
  // What is made in the data directory is nobody else's to read.
  process.umask(0o077);
  lifecycle.listen();
  const { env } = process;
  const { config, rates, gateway, identity, kafka } = readConfigs({
    config: () => standaloneConfig(env),
    rates: () => rateLimitConfig(env),
    gateway: () => gatewayConfig(env),
    identity: () => identityConfig(env, dataDirectoryOf(env)),
    kafka: () => kafkaConfig(env),
  });
  const { dataDirectory, cursorSecret, logLevel } = config;
  await prepareDataDirectory(dataDirectory);
  const url = await startStandalone({
    config,
    gatewayConfig: scaledFrames(gateway, rates.scale),
    identityConfig: identity,
    kafka,
    limits: rates.limits,
    cursorKey:
      cursorSecret === null ? await readOrMakeCursorKey(join(dataDirectory, 'cursor-key')) : Buffer.from(cursorSecret),
    version: packageVersion(import.meta.url),
    logger: createLogger({ name: 'verbatim', level: logLevel }),
    metrics: createMetrics(),
    lifecycle,
  });
  process.stdout.write(`verbatim ready ${url} pid ${process.pid}\n`);
};

process.on('unhandledRejection', (error) => lifecycle.fatal(error));
process.on('uncaughtException', (error) => lifecycle.fatal(error));
main().catch((error: unknown) => lifecycle.fatal(error));
