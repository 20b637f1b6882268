import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import kafkajs, { type ISocketFactoryArgs, type Kafka, type KafkaConfig as KafkajsConfig } from 'kafkajs';
import { pause, type Logger } from '@verbatim/platform';
import type { KafkaConfig } from '../kafka.config.js';
import { quietRequestQueue } from './quiet-request-queue.js';

const CLIENT_ID = 'verbatim';
const CONNECT_MAX_MS = 5_000;
/** Of one request; the broker waits at most as long for its replicas. */
export const REQUEST_MAX_MS = 8_000;
const KEEP_ALIVE_DELAY_MS = 60_000;
/** The client's own tries, for a leader that moves. Whoever calls tries again for as long as it wants. */
export const CLIENT_RETRY = { retries: 2, initialRetryTime: 50, maxRetryTime: 250, factor: 0.2, multiplier: 2 };
/** After its sockets are gone the client ends what it was asked for within its own few tries, ms. */
const SETTLE_MAX_MS = 5_000;

/**
 * A client with its sockets. kafkajs only half-closes a socket, which a broker that hangs never answers: closed here means that no
 * socket is left, and no byte that waits to be sent.
 */
export class KafkaConnections {
  readonly client: Kafka;
  readonly #sockets = new Set<Socket>();
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(config: KafkaConfig, logger: Logger) {
    quietRequestQueue();
    this.client = new kafkajs.Kafka({
      ...addressOf(config),
      clientId: CLIENT_ID,
      connectionTimeout: CONNECT_MAX_MS,
      authenticationTimeout: CONNECT_MAX_MS,
      requestTimeout: REQUEST_MAX_MS,
      enforceRequestTimeout: true,
      retry: CLIENT_RETRY,
      socketFactory: (args) => this.#open(args),
      // What the client calls an error may be a retry that it expects: for who looks into it.
      logLevel: kafkajs.logLevel.WARN,
      logCreator:
        () =>
        ({ log: { message, error } }) =>
          logger.debug('kafka client', { says: message, reason: error as unknown }),
    });
  }

  /** Rejects after `maxMs`, or at once when the signal aborts; the connections are to be closed then. */
  async within<Result>(maxMs: number, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const run = work();
    this.#underWay.add(run);
    const settled = (): void => void this.#underWay.delete(run);
    run.then(settled, settled);
    let giveUp: () => void = () => undefined;
    let timer: NodeJS.Timeout | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = () => reject(new Error('given up'));
      timer = setTimeout(() => reject(new Error(`no answer within ${maxMs} ms`)), maxMs);
    });
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    try {
      return await Promise.race([run, givenUp]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Whatever was under way has settled when it resolves. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const socket of this.#sockets) {
      // kafkajs rejects an authentication under way on `end` only, and everything else on `error`.
      socket.emit('end');
      socket.destroy(new Error('closed'));
    }
    await Promise.race([Promise.allSettled(this.#underWay), pause(SETTLE_MAX_MS)]);
  }

  #open({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
    if (this.#isClosed) throw new Error('closed');
    const address = { host, port, ...(isIP(host) === 0 ? { servername: host } : {}) };
    const options: ConnectionOptions | null = ssl === null || ssl === undefined ? null : { ...address, ...ssl };
    const socket = options === null ? connect(address, onConnect) : connectTls(options, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

const addressOf = ({ brokers, tls, credentials }: KafkaConfig): Pick<KafkajsConfig, 'brokers' | 'ssl' | 'sasl'> => {
  const address = { brokers: [...brokers], ...(tls ? { ssl: {} } : {}) };
  if (credentials === null) return address;
  const { mechanism, user: username, password } = credentials;
  // The type wants each mechanism by itself; they take the same two fields.
  return { ...address, sasl: { mechanism, username, password } as NonNullable<KafkajsConfig['sasl']> };
};
