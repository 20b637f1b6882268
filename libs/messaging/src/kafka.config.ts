import { envReader, type Env, type EnvReader } from '@verbatim/platform';

export type KafkaCredentials = {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly user: string;
  readonly password: string;
};

export type KafkaConfig = {
  /** `host:port`, where the cluster is found. */
  readonly brokers: readonly string[];
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly tls: boolean;
  readonly credentials: KafkaCredentials | null;
};

const BROKER = /^(?:\[[0-9a-f:]+\]|[a-z0-9._-]+):(\d{1,5})$/i;
const PORT_MAX = 65_535;
const isBroker = (text: string): boolean => {
  const port = Number(BROKER.exec(text)?.[1] ?? 0);
  return port >= 1 && port <= PORT_MAX;
};

/** Null: events are relayed nowhere. @throws InvalidConfigError */
export const kafkaConfig = (env: Env): KafkaConfig | null => {
  const read = envReader(env);
  const brokers = read.list('KAFKA_BROKERS', {
    fallback: [],
    doc: 'Brokers as host:port, comma-separated. Unset: events are relayed nowhere.',
  });
  if (!brokers.every(isBroker)) read.problem('KAFKA_BROKERS', 'has to list brokers as host:port, separated by commas');
  const config: KafkaConfig = {
    brokers,
    partitions: read.int('KAFKA_PARTITIONS', {
      ...{ min: 1, max: 10_000, fallback: 12, unit: 'partitions' },
      doc: 'Partitions that the topic is made with, and has at least.',
    }),
    replicationFactor: read.int('KAFKA_REPLICATION_FACTOR', {
      ...{ min: 1, max: 100, fallback: 1, unit: 'replicas' },
      doc: 'Copies of each partition that the topic is made with.',
    }),
    tls: read.boolean('KAFKA_TLS', { fallback: false, doc: 'Speak TLS to the brokers.' }),
    credentials: credentialsOf(read),
  };
  read.finish(config);
  return brokers.length === 0 ? null : config;
};

const credentialsOf = (read: EnvReader): KafkaCredentials | null => {
  const user = read.string('KAFKA_USER', { fallback: null, doc: 'SASL user name. Unset: no authentication.' });
  const password = read.secret('KAFKA_PASSWORD', { fallback: null, minLength: 1, doc: 'SASL password.' });
  const mechanism = read.string('KAFKA_SASL_MECHANISM', {
    oneOf: ['plain', 'scram-sha-256', 'scram-sha-512'],
    fallback: 'scram-sha-512',
    doc: 'SASL mechanism.',
  });
  if ((user === null) !== (password === null)) read.problem('KAFKA_USER', 'and KAFKA_PASSWORD are set together');
  return user === null || password === null ? null : { mechanism, user, password };
};
