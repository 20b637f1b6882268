/**
 * Who may import whom. What is not listed is forbidden; docs/guides/architecture-rules.md explains the reasons.
 *
 * `modules` are names of other workspace packages, `packages` npm packages (`@scope/*` takes the whole scope),
 * `node` whether Node's own modules may be used. Test files (`*.spec`, `*.contract`, `*.fixtures`) are outside the table.
 */
const NEST = ['@nestjs/*', 'reflect-metadata', 'rxjs'];

export const IMPORT_TABLE = {
  'libs/domain': { modules: [], packages: [], node: false },
  'libs/protocol': { modules: [], packages: ['typebox'], node: false },
  'libs/platform': { modules: [], packages: ['pino', 'prom-client', 'uuid', 'lru-cache'], node: true },
  'libs/event-store': {
    modules: ['domain', 'platform'],
    packages: ['better-sqlite3', '@eventstore/db-client'],
    node: true,
  },
  'libs/mongo': { modules: ['platform'], packages: ['mongodb'], node: true },
  'libs/redis': { modules: ['platform'], packages: ['@redis/client'], node: true },
  'libs/state': { modules: ['mongo', 'platform', 'protocol'], packages: ['better-sqlite3', 'mongodb'], node: true },
  'libs/read-models': {
    modules: ['domain', 'event-store', 'mongo', 'platform', 'protocol'],
    packages: ['better-sqlite3', 'mongodb'],
    node: true,
  },
  'libs/rate-limit': { modules: ['platform', 'protocol', 'redis', 'state'], packages: ['@redis/client'], node: true },
  'libs/identity': {
    modules: ['platform', 'protocol', 'rate-limit', 'state'],
    packages: ['@node-rs/argon2', 'jose', 'better-sqlite3', 'mongodb'],
    node: true,
  },
  'libs/presence': { modules: ['platform', 'protocol', 'redis', 'state'], packages: ['@redis/client'], node: true },
  'libs/discovery': { modules: ['platform', 'redis'], packages: ['@redis/client'], node: true },
  'libs/messaging': { modules: ['domain', 'event-store', 'platform', 'protocol'], packages: ['kafkajs'], node: true },
  'libs/http-edge': {
    modules: ['identity', 'platform', 'protocol', 'rate-limit'],
    packages: ['fastify'],
    node: true,
  },
  'libs/command-channel': {
    modules: ['domain', 'http-edge', 'identity', 'platform', 'protocol'],
    packages: ['fastify'],
    node: true,
  },
  'libs/client-sdk': { modules: ['protocol'], packages: [], node: false },
  'libs/testing': {
    modules: [
      'client-sdk',
      'command-channel',
      'discovery',
      'domain',
      'event-store',
      'http-edge',
      'identity',
      'messaging',
      'mongo',
      'platform',
      'presence',
      'protocol',
      'rate-limit',
      'read-models',
      'redis',
      'state',
    ],
    packages: ['@jest/globals', 'fast-check', '@eventstore/db-client', '@grpc/grpc-js', 'google-protobuf', 'ws'],
    node: true,
  },
  'apps/command-api': {
    modules: [
      'command-channel',
      'domain',
      'event-store',
      'http-edge',
      'identity',
      'platform',
      'protocol',
      'rate-limit',
      'read-models',
      'state',
    ],
    packages: [...NEST, 'fastify'],
    node: true,
  },
  'apps/projector': {
    modules: ['domain', 'event-store', 'http-edge', 'messaging', 'platform', 'protocol', 'read-models', 'state'],
    packages: [...NEST, 'fastify'],
    node: true,
  },
  'apps/gateway': {
    modules: [
      'command-channel',
      'discovery',
      'domain',
      'event-store',
      'http-edge',
      'identity',
      'platform',
      'presence',
      'protocol',
      'rate-limit',
      'read-models',
      'state',
    ],
    packages: [...NEST, 'fastify', 'ws'],
    node: true,
  },
  'apps/standalone': {
    modules: [
      'command-api',
      'discovery',
      'event-store',
      'gateway',
      'http-edge',
      'identity',
      'messaging',
      'platform',
      'presence',
      'projector',
      'protocol',
      'rate-limit',
      'read-models',
      'state',
    ],
    packages: [...NEST, 'fastify'],
    node: true,
  },
  'apps/terminal': { modules: ['client-sdk', 'protocol'], packages: ['ws'], node: true },
};

/** A driver is named in one folder of a library, so that changing an engine changes that folder and nothing else. */
export const DRIVER_FOLDERS = [
  { package: 'better-sqlite3', folder: 'sqlite' },
  { package: '@eventstore/db-client', folder: 'eventstoredb' },
  { package: 'mongodb', folder: 'mongo' },
  { package: '@redis/client', folder: 'redis' },
  { package: 'kafkajs', folder: 'kafka' },
];
