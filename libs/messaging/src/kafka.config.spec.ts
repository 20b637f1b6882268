import { InvalidConfigError } from '@verbatim/platform';
import { kafkaConfig } from './kafka.config.js';

const KAFKA_BROKERS = 'kafka-1.example.org:9092, [::1]:9093';

describe('the configuration of Kafka', () => {
  it('is none without brokers', () => {
    expect(kafkaConfig({})).toBeNull();
    expect(kafkaConfig({ KAFKA_BROKERS: ' ', KAFKA_PARTITIONS: '3' })).toBeNull();
  });

  it('has 12 partitions of one copy, without TLS or credentials, unless told otherwise', () => {
    expect(kafkaConfig({ KAFKA_BROKERS })).toEqual({
      brokers: ['kafka-1.example.org:9092', '[::1]:9093'],
      ...{ partitions: 12, replicationFactor: 1, tls: false, credentials: null },
    });
  });

  it('takes credentials', () => {
    const env = { KAFKA_BROKERS, KAFKA_USER: 'relay', KAFKA_PASSWORD: 'one-of-a-kind', KAFKA_TLS: 'true' };
    const credentials = { mechanism: 'scram-sha-512', user: 'relay', password: 'one-of-a-kind' };
    expect(kafkaConfig(env)).toMatchObject({ tls: true, credentials });
    expect(kafkaConfig({ ...env, KAFKA_SASL_MECHANISM: 'plain' })?.credentials?.mechanism).toBe('plain');
  });

  it.each([
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'kafka-1.example.org' }],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'kafka-1:0' }],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'kafka-1:65536' }],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'kafka://kafka-1:9092' }],
    ['KAFKA_PARTITIONS', { KAFKA_BROKERS, KAFKA_PARTITIONS: '0' }],
    ['KAFKA_REPLICATION_FACTOR', { KAFKA_BROKERS, KAFKA_REPLICATION_FACTOR: 'three' }],
    ['KAFKA_SASL_MECHANISM', { KAFKA_BROKERS, KAFKA_SASL_MECHANISM: 'gssapi' }],
    ['KAFKA_USER', { KAFKA_BROKERS, KAFKA_USER: 'relay' }],
    ['KAFKA_USER', { KAFKA_BROKERS, KAFKA_PASSWORD: 'one-of-a-kind' }],
  ])('refuses a wrong %s: %j', (name, env) => {
    expect(() => kafkaConfig(env)).toThrow(InvalidConfigError);
    expect(() => kafkaConfig(env)).toThrow(name);
  });
});
