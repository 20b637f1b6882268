import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Highest version that a broker speaks of each request, by its number in the protocol (ApiKey). */
export type BrokerVersions = ReadonlyMap<number, number>;

const ANSWER_MAX_BYTES = 65_536;
const LENGTH_BYTES = 4;
const API_VERSIONS_KEY = 18;
const CLIENT_ID = 'verbatim';

/** ApiVersions v0, which every broker since 0.10 answers, also before it knows who asks. */
const request = (): Buffer => {
  const body = Buffer.alloc(10 + CLIENT_ID.length);
  body.writeInt16BE(API_VERSIONS_KEY, 0);
  body.writeInt16BE(0, 2); // its version
  body.writeInt32BE(1, 4); // correlation id
  body.writeInt16BE(CLIENT_ID.length, 8);
  body.write(CLIENT_ID, 10, 'latin1');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
};

/** Null while more bytes are to come. @throws when it is no answer of a Kafka broker */
const answerIn = (bytes: Buffer): BrokerVersions | null => {
  if (bytes.length < LENGTH_BYTES) return null;
  const length = bytes.readInt32BE(0);
  if (length < 10 || length > ANSWER_MAX_BYTES)
    throw new Error('what answers is no Kafka broker, or KAFKA_TLS is wrong');
  if (bytes.length < LENGTH_BYTES + length) return null;
  const count = bytes.readInt32BE(LENGTH_BYTES + 6);
  const versions = new Map<number, number>();
  for (let index = 0, at = LENGTH_BYTES + 10; index < count && at + 6 <= bytes.length; index += 1, at += 6)
    versions.set(bytes.readInt16BE(at), bytes.readInt16BE(at + 4));
  return versions;
};

export type BrokerAddress = { readonly host: string; readonly port: number; readonly tls: boolean };

/** Asks one broker what it speaks. Rejects with one line that says what went wrong. */
export const askBrokerVersions = ({ host, port, tls }: BrokerAddress, maxMs: number): Promise<BrokerVersions> =>
  new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const ask = (): void => void socket.write(request());
    const address = { host, port, ...(isIP(host) === 0 ? { servername: host } : {}) };
    const socket = tls ? connectTls(address, ask) : connect(address, ask);
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${maxMs} ms`)), maxMs);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        const versions = answerIn(bytes);
        if (versions === null) return;
        resolve(versions);
        socket.destroy();
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('end', () => socket.destroy(new Error('it closes the connection; is KAFKA_TLS right?')));
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed'));
    });
  });
