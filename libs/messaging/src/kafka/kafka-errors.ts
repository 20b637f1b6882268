import { OperatorError } from '@verbatim/platform';

/** kafkajs wraps what went wrong in what it did about it. */
const causesOf = (error: unknown): readonly Error[] => {
  const causes: Error[] = [];
  for (let next: unknown = error; next instanceof Error && !causes.includes(next); next = next.cause) {
    causes.push(next);
    const { errors } = next as { readonly errors?: readonly unknown[] };
    for (const one of errors ?? []) causes.push(...causesOf(one).filter((cause) => !causes.includes(cause)));
  }
  return causes;
};

const typeOf = (error: Error): string => (error as { readonly type?: string }).type ?? error.name;

const HINTS: Readonly<Record<string, string>> = {
  KafkaJSSASLAuthenticationError:
    'Kafka refuses the credentials: correct KAFKA_USER, KAFKA_PASSWORD or KAFKA_SASL_MECHANISM',
  KafkaJSConnectionClosedError:
    'the Kafka brokers close the connection: set KAFKA_USER and KAFKA_PASSWORD if they ask for credentials, or correct KAFKA_BROKERS',
  ILLEGAL_SASL_STATE: 'Kafka asks for no credentials at this listener: unset KAFKA_USER, or correct KAFKA_BROKERS',
  UNSUPPORTED_SASL_MECHANISM: 'Kafka does not know this KAFKA_SASL_MECHANISM: choose another',
  INVALID_REPLICATION_FACTOR:
    'the Kafka cluster has fewer brokers than KAFKA_REPLICATION_FACTOR: lower it or add brokers',
  TOPIC_AUTHORIZATION_FAILED: 'Kafka does not let KAFKA_USER use the topic: allow it to create, describe and write it',
  CLUSTER_AUTHORIZATION_FAILED: 'Kafka does not let KAFKA_USER create the topic: create it, or allow it to',
};

/** One line for the operator, by what the brokers answered at the start. */
export const startError = (error: unknown): OperatorError => {
  const causes = causesOf(error);
  const operatorError = causes.find((cause) => cause instanceof OperatorError);
  if (operatorError !== undefined) return operatorError;
  const hint = causes.map((cause) => HINTS[typeOf(cause)]).find((text) => text !== undefined);
  return new OperatorError(
    hint ??
      `the Kafka cluster of KAFKA_BROKERS cannot be used (${reasonOf(error)}): check KAFKA_BROKERS and the listeners that it advertises`,
    { cause: error },
  );
};

/** One line, of the innermost cause. */
export const reasonOf = (error: unknown): string => {
  const innermost = causesOf(error).at(-1);
  return (innermost?.message ?? String(error)).replaceAll(/\s+/g, ' ');
};
