import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { OperatorError } from '@verbatim/platform';
import { kafkaConfig, type KafkaConfig } from '../kafka.config.js';
import { checkBrokers } from './check-brokers.js';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Something that listens, and answers whatever it is asked. */
const listening = async (answer: Buffer | null): Promise<string> => {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', () => {
      if (answer !== null) socket.write(answer);
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** ApiVersions v0 of a broker that speaks one request: ListOffsets, up to this version. */
const listOffsetsUpTo = (version: number): Buffer => {
  const answer = Buffer.alloc(20);
  answer.writeInt32BE(16, 0); // length of what follows
  answer.writeInt32BE(1, 4); // correlation id
  answer.writeInt32BE(1, 10); // requests in the list
  answer.writeInt16BE(2, 14);
  answer.writeInt16BE(version, 18);
  return answer;
};

const configOf = (...brokers: readonly string[]): KafkaConfig =>
  kafkaConfig({ KAFKA_BROKERS: brokers.join(',') }) as KafkaConfig;

describe('brokers', () => {
  it('of Kafka 3.0 and later are taken', async () => {
    await expect(checkBrokers(configOf(await listening(listOffsetsUpTo(7))))).resolves.toBeUndefined();
  });

  it('of Kafka 2.8 are refused', async () => {
    const refused = checkBrokers(configOf(await listening(listOffsetsUpTo(6))));
    await expect(refused).rejects.toThrow(OperatorError);
    await expect(refused).rejects.toThrow(/KAFKA_BROKERS are older than Kafka 3/);
  });

  it('are found through the one that answers', async () => {
    const good = await listening(listOffsetsUpTo(9));
    await expect(checkBrokers(configOf('127.0.0.1:1', good), 1_000)).resolves.toBeUndefined();
  });

  it('that never answer are refused after the time for it, each with what happened', async () => {
    const hung = await listening(null);
    const refused = checkBrokers(configOf('127.0.0.1:1', hung), 200);
    await expect(refused).rejects.toThrow(`127.0.0.1:1: nothing listens there, ${hung}: no answer within 200 ms`);
  });

  it('that are none are refused', async () => {
    const web = await listening(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(checkBrokers(configOf(web), 1_000)).rejects.toThrow(/is no Kafka broker/);
    const short = await listening(Buffer.from([0, 0, 0, 2, 1, 1]));
    await expect(checkBrokers(configOf(short), 1_000)).rejects.toThrow(/is no Kafka broker/);
  });
});
