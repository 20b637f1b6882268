/** One file that breaks each rule. `with` are the other files that it needs. */
export type Breaker = {
  readonly rule: string;
  readonly file: string;
  readonly source: string;
  readonly with?: Readonly<Record<string, string>>;
};

const importing = (rule: string, file: string, specifier: string): Breaker => ({
  rule,
  file,
  source: `import '${specifier}';\n`,
});

const MODULE_BREAKERS: readonly Breaker[] = [
  importing('domain-imports-only-its-modules', 'libs/domain/src/clock.ts', '@verbatim/platform'),
  importing('protocol-imports-only-its-modules', 'libs/protocol/src/event.ts', '@verbatim/domain'),
  importing('platform-imports-only-its-modules', 'libs/platform/src/frame.ts', '@verbatim/protocol'),
  importing('event-store-imports-only-its-modules', 'libs/event-store/src/frame.ts', '@verbatim/protocol'),
  importing('state-imports-only-its-modules', 'libs/state/src/event.ts', '@verbatim/event-store'),
  importing('read-models-imports-only-its-modules', 'libs/read-models/src/account.ts', '@verbatim/identity'),
  importing('rate-limit-imports-only-its-modules', 'libs/rate-limit/src/rule.ts', '@verbatim/domain'),
  importing('identity-imports-only-its-modules', 'libs/identity/src/user.ts', '@verbatim/domain'),
  importing('presence-imports-only-its-modules', 'libs/presence/src/stored.ts', '@verbatim/event-store'),
  importing('messaging-imports-only-its-modules', 'libs/messaging/src/stored.ts', '@verbatim/state'),
  importing('http-edge-imports-only-its-modules', 'libs/http-edge/src/decide.ts', '@verbatim/domain'),
  importing('mongo-imports-only-its-modules', 'libs/mongo/src/document.ts', '@verbatim/state'),
  importing('redis-imports-only-its-modules', 'libs/redis/src/bucket.ts', '@verbatim/rate-limit'),
  importing('discovery-imports-only-its-modules', 'libs/discovery/src/frame.ts', '@verbatim/protocol'),
  importing('command-channel-imports-only-its-modules', 'libs/command-channel/src/log.ts', '@verbatim/event-store'),
  importing('client-sdk-imports-only-its-modules', 'libs/client-sdk/src/rules.ts', '@verbatim/domain'),
  importing('testing-imports-only-its-modules', 'libs/testing/src/app.ts', '@verbatim/gateway'),
  importing('command-api-imports-only-its-modules', 'apps/command-api/src/socket.ts', '@verbatim/gateway'),
  importing('projector-imports-only-its-modules', 'apps/projector/src/login.ts', '@verbatim/identity'),
  importing('gateway-imports-only-its-modules', 'apps/gateway/src/append.ts', '@verbatim/command-api'),
  importing('standalone-imports-only-its-modules', 'apps/standalone/src/chat.ts', '@verbatim/client-sdk'),
  importing('terminal-imports-only-its-modules', 'apps/terminal/src/log.ts', '@verbatim/event-store'),
];

const PACKAGE_BREAKERS: readonly Breaker[] = [
  importing('domain-imports-only-its-packages', 'libs/domain/src/id.ts', 'uuid'),
  importing('protocol-imports-only-its-packages', 'libs/protocol/src/socket.ts', 'ws'),
  importing('platform-imports-only-its-packages', 'libs/platform/src/server.ts', 'fastify'),
  importing('event-store-imports-only-its-packages', 'libs/event-store/src/mongo/log.ts', 'mongodb'),
  importing('state-imports-only-its-packages', 'libs/state/src/token.ts', 'jose'),
  importing('read-models-imports-only-its-packages', 'libs/read-models/src/module.ts', '@nestjs/core'),
  importing('rate-limit-imports-only-its-packages', 'libs/rate-limit/src/sqlite/counter.ts', 'better-sqlite3'),
  importing('identity-imports-only-its-packages', 'libs/identity/src/module.ts', '@nestjs/core'),
  importing('presence-imports-only-its-packages', 'libs/presence/src/socket.ts', 'ws'),
  importing('messaging-imports-only-its-packages', 'libs/messaging/src/module.ts', '@nestjs/core'),
  importing('http-edge-imports-only-its-packages', 'libs/http-edge/src/module.ts', '@nestjs/core'),
  importing('mongo-imports-only-its-packages', 'libs/mongo/src/redis/cache.ts', '@redis/client'),
  importing('redis-imports-only-its-packages', 'libs/redis/src/mongo/store.ts', 'mongodb'),
  importing('discovery-imports-only-its-packages', 'libs/discovery/src/socket.ts', 'ws'),
  importing('command-channel-imports-only-its-packages', 'libs/command-channel/src/module.ts', '@nestjs/core'),
  importing('client-sdk-imports-only-its-packages', 'libs/client-sdk/src/socket.ts', 'ws'),
  importing('testing-imports-only-its-packages', 'libs/testing/src/pad.ts', 'left-pad'),
  importing('command-api-imports-only-its-packages', 'apps/command-api/src/socket-server.ts', 'ws'),
  importing('projector-imports-only-its-packages', 'apps/projector/src/socket.ts', 'ws'),
  importing('gateway-imports-only-its-packages', 'apps/gateway/src/hash.ts', '@node-rs/argon2'),
  importing('standalone-imports-only-its-packages', 'apps/standalone/src/socket.ts', 'ws'),
  importing('terminal-imports-only-its-packages', 'apps/terminal/src/pad.ts', 'left-pad'),
];

const RUNTIME_BREAKERS: readonly Breaker[] = [
  importing('domain-is-free-of-node', 'libs/domain/src/hash.ts', 'node:crypto'),
  importing('protocol-is-free-of-node', 'libs/protocol/src/buffer.ts', 'node:buffer'),
  importing('client-sdk-is-free-of-node', 'libs/client-sdk/src/file.ts', 'node:fs'),
];

const DRIVER_BREAKERS: readonly Breaker[] = [
  importing('sqlite-driver-in-its-folder', 'libs/read-models/src/timeline/rows.ts', 'better-sqlite3'),
  importing('eventstoredb-driver-in-its-folder', 'libs/event-store/src/client.ts', '@eventstore/db-client'),
  importing('mongo-driver-in-its-folder', 'libs/state/src/documents.ts', 'mongodb'),
  importing('redis-driver-in-its-folder', 'libs/presence/src/pubsub.ts', '@redis/client'),
  importing('kafka-driver-in-its-folder', 'libs/messaging/src/producer.ts', 'kafkajs'),
];

const GENERAL_BREAKERS: readonly Breaker[] = [
  {
    rule: 'no-cycles',
    file: 'libs/platform/src/egg.ts', // a cycle is reported once, at its first file by name
    source: `import './hen.js';\n`,
    with: { 'libs/platform/src/hen.ts': `import './egg.js';\n` },
  },
  {
    rule: 'no-cycles',
    file: 'libs/platform/src/child.ts',
    source: `import type { Parent } from './parent.js';\nexport type Child = Parent;\n`,
    with: { 'libs/platform/src/parent.ts': `import type { Child } from './child.js';\nexport type Parent = Child;\n` },
  },
  importing('no-unresolved-imports', 'libs/platform/src/gone.ts', './nowhere.js'),
  importing('only-tests-import-testing', 'libs/platform/src/kit.ts', '@verbatim/testing'),
  {
    rule: 'no-production-code-imports-a-test',
    file: 'libs/platform/src/sample.ts',
    source: `import './sample.fixtures.js';\n`,
    with: { 'libs/platform/src/sample.fixtures.ts': 'export {};\n' },
  },
  {
    rule: 'no-import-past-a-door',
    file: 'libs/event-store/src/deep.ts',
    source: `import '../../domain/src/inner.js';\n`,
    with: { 'libs/domain/src/inner.ts': 'export {};\n' },
  },
  {
    rule: 'no-import-past-a-door',
    file: 'test/deep.ts',
    source: `import '../libs/domain/src/inner.js';\n`,
    with: { 'libs/domain/src/inner.ts': 'export {};\n' },
  },
  {
    rule: 'protocol-door-is-free-of-schemas',
    file: 'libs/protocol/src/index.ts',
    source: `export * from './operation.js';\n`,
    with: {
      'libs/protocol/src/operation.ts': `import './schemas.js';\n`,
      'libs/protocol/src/schemas.ts': 'export {};\n',
    },
  },
  importing('clients-never-import-schemas', 'libs/client-sdk/src/check.ts', '@verbatim/protocol/schemas'),
  importing('clients-never-import-schemas', 'apps/terminal/src/check.ts', '@verbatim/protocol/schemas'),
];

export const BREAKERS: readonly Breaker[] = [
  ...MODULE_BREAKERS,
  ...PACKAGE_BREAKERS,
  ...RUNTIME_BREAKERS,
  ...DRIVER_BREAKERS,
  ...GENERAL_BREAKERS,
];
