import { randomUUID } from 'node:crypto';
import { createLogger, OperatorError } from '@verbatim/platform';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import { kafkaConfig, type KafkaConfig } from '../kafka.config.js';
import { openKafkaEventTopic } from './open-kafka-event-topic.js';

const PATIENCE_MS = 120_000;
const logger = createLogger({ name: 'spec', level: 'silent' });
const KAFKA_USER = 'relay';
const KAFKA_PASSWORD = 'one-of-a-kind-9';

const override = (key: string, value: string): readonly string[] => ['--override', `${key}=${value}`];
/** Whoever connects to the port of the clients has to say who they are; the broker itself does too. */
const args = [
  ...override('listener.security.protocol.map', 'CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_PLAINTEXT'),
  ...override('sasl.enabled.mechanisms', 'PLAIN'),
  ...override('sasl.mechanism.inter.broker.protocol', 'PLAIN'),
  ...override(
    'listener.name.plaintext.plain.sasl.jaas.config',
    'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
      `username="${KAFKA_USER}" password="${KAFKA_PASSWORD}" user_${KAFKA_USER}="${KAFKA_PASSWORD}";`,
  ),
];

describeWithEngine('kafka', (engine) => {
  let broker: RunningEngine;
  beforeAll(async () => {
    broker = await engine.start({ args });
  }, PATIENCE_MS);

  const open = (env: Readonly<Record<string, string>>) =>
    openKafkaEventTopic(kafkaConfig({ KAFKA_BROKERS: broker.url, ...env }) as KafkaConfig, {
      logger,
      topic: `chat.${randomUUID()}`,
    });

  it('a broker that asks for credentials is given them', async () => {
    const topic = await open({ KAFKA_USER, KAFKA_PASSWORD, KAFKA_SASL_MECHANISM: 'plain' });
    await expect(topic.publish([{ key: 'key', value: '{}', headers: {} }])).resolves.toBeUndefined();
    await topic.close();
  });

  it.each([
    ['a wrong password', { KAFKA_USER, KAFKA_PASSWORD: 'another-of-a-kind-9', KAFKA_SASL_MECHANISM: 'plain' }],
    ['a mechanism that it does not know', { KAFKA_USER, KAFKA_PASSWORD, KAFKA_SASL_MECHANISM: 'scram-sha-256' }],
    ['no credentials', {}],
  ])(
    '%s is refused in one line that names the variable and repeats no secret',
    async (_, env) => {
      const error: unknown = await open(env).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(OperatorError);
      expect((error as OperatorError).message).toMatch(/KAFKA_(USER|SASL_MECHANISM)/);
      expect((error as OperatorError).message).not.toMatch(/\n|of-a-kind/);
    },
    PATIENCE_MS,
  );
});
