import { exchange } from '../exchange.js';

const OP_MSG = 2013;
const HEADER_BYTES = 16;

/** The BSON document `{ isMaster: 1, $db: 'admin' }`: mongo-java-server does not know `hello`. */
const helloDocument = (): Buffer => {
  const elements = Buffer.from('\x10isMaster\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32LE(elements.length + 4);
  return Buffer.concat([length, elements]);
};

const helloMessage = (): Buffer => {
  const document = helloDocument();
  const message = Buffer.alloc(HEADER_BYTES + 5);
  message.writeInt32LE(message.length + document.length, 0);
  message.writeInt32LE(1, 4);
  message.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([message, document]);
};

const isWhole = (received: Buffer): boolean => received.length >= 4 && received.length >= received.readInt32LE(0);

/** Whether a server of MongoDB's protocol at this port tells its wire version. */
export const mongoAnswers = async (port: number): Promise<boolean> => {
  const answer = await exchange(port, helloMessage(), isWhole);
  return answer !== null && answer.readInt32LE(12) === OP_MSG && answer.includes('maxWireVersion');
};
