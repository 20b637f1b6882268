import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EnginePlace, EngineProgram, Found } from '../engine-program.js';
import { exchange } from '../exchange.js';
import { locateJars } from './locate.js';

const FORMAT_MAX_MS = 60_000;
const MAIN = 'kafka.Kafka';
const LOGGER = 'org.slf4j.simpleLogger';
/** Warnings, and the one line that says it has started. */
const FLAGS = ['-Xmx512m', `-D${LOGGER}.defaultLogLevel=warn`, `-D${LOGGER}.log.kafka.server.KafkaRaftServer=info`];
const STARTED = 'Kafka Server started';

/** One node that is broker and controller. Topics are made by those who need them, never by a typing error. */
const properties = ({ port, innerPort, advertisedPort, directory }: EnginePlace): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${innerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${innerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertisedPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(directory, 'log'),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.num.partitions': '4',
    'transaction.state.log.min.isr': '1',
    // A broker that was killed may come back only when its former session has run out: 9 s by default.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

const format = async ({ file, leading, env }: Found, settings: string): Promise<void> => {
  const tool = leading.map((word) => (word === MAIN ? 'kafka.tools.StorageTool' : word));
  const clusterId = randomBytes(16).toString('base64url');
  await promisify(execFile)(file, [...tool, 'format', `--cluster-id=${clusterId}`, '--config', settings], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    timeout: FORMAT_MAX_MS,
    killSignal: 'SIGKILL',
  });
};

const API_VERSIONS_KEY = 18;
const CORRELATION_ID = 7;

/** ApiVersions, version 0, without a client id: length, key, version, correlation id, null string. */
const apiVersionsRequest = (): Buffer => {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(API_VERSIONS_KEY, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12);
  return request;
};

export const kafka: EngineProgram = {
  locate: () => locateJars('kafka', MAIN, FLAGS),
  prepare: async (found, place) => {
    const settings = join(place.directory, 'server.properties');
    await writeFile(settings, properties(place));
    if (!existsSync(join(place.directory, 'log', 'meta.properties'))) await format(found, settings);
  },
  args: ({ directory }) => [join(directory, 'server.properties')],
  url: (port) => `127.0.0.1:${port}`,
  answers: async (port, output) => {
    if (!output.includes(STARTED)) return false;
    const answer = await exchange(port, apiVersionsRequest(), (received) => received.length >= 10);
    return answer !== null && answer.readInt32BE(4) === CORRELATION_ID && answer.readInt16BE(8) === 0;
  },
};
