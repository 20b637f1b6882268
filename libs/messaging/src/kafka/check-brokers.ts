import { OperatorError } from '@verbatim/platform';
import type { KafkaConfig } from '../kafka.config.js';
import { askBrokerVersions, type BrokerVersions } from './broker-versions.js';

/** ListOffsets; its version 7 came with Kafka 3.0 (KIP-734). */
const LIST_OFFSETS_KEY = 2;
const LIST_OFFSETS_VERSION_MIN = 7;

/** Time for a broker to say what it speaks, ms. */
export const BROKER_ANSWER_MAX_MS = 10_000;

const addressOf = (broker: string) => {
  const colon = broker.lastIndexOf(':');
  return { host: broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(broker.slice(colon + 1)) };
};

const isOld = (versions: BrokerVersions): boolean => (versions.get(LIST_OFFSETS_KEY) ?? 0) < LIST_OFFSETS_VERSION_MIN;

/** One that answers is enough: it knows the others. @throws OperatorError when none does, or one is older than Kafka 3 */
export const checkBrokers = async ({ brokers, tls }: KafkaConfig, maxMs = BROKER_ANSWER_MAX_MS): Promise<void> => {
  const asked = brokers.map((broker) => askBrokerVersions({ ...addressOf(broker), tls }, maxMs));
  try {
    const versions = await Promise.any(asked);
    if (!isOld(versions)) return;
  } catch (error) {
    const reasons = (error as AggregateError).errors.map((reason) => reasonOf(reason));
    const tried = brokers.map((broker, index) => `${broker}: ${reasons[index]}`).join(', ');
    throw new OperatorError(
      `no Kafka broker of KAFKA_BROKERS answers (${tried}): start Kafka or correct KAFKA_BROKERS`,
    );
  }
  throw new OperatorError('the brokers of KAFKA_BROKERS are older than Kafka 3: upgrade them, or name others');
};

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  ECONNRESET: 'it closes the connection; is KAFKA_TLS right?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: unset KAFKA_TLS',
};

const reasonOf = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? (message || code);
};
