import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

const HEADER_BYTES = 16;
const OP_QUERY = 2_004;
const OP_REPLY = 1;
const OP_MSG = 2_013;

/** Answers a command; null: never. */
export type Script = (command: Document) => Document | null;

/** What any server of the protocol says to `hello`, for scripts that change a part of it. */
export const helloOfServer = {
  ok: 1,
  isWritablePrimary: true,
  minWireVersion: 0,
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
};

/** Speaks MongoDB's protocol with answers of the spec's choice: old versions, refusals, silence. */
export class ScriptedServer {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly commands: Document[] = [];

  private constructor(public script: Script) {}

  static async start(script: Script): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(script);
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get host(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
  }

  /** Resolves when no client is connected any more. */
  async everybodyLeft(): Promise<void> {
    while (this.#sockets.size > 0) await Promise.all([...this.#sockets].map((socket) => once(socket, 'close')));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {}); // the client may leave as it likes
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= HEADER_BYTES && received.length >= received.readInt32LE(0)) {
        const size = received.readInt32LE(0);
        this.#answer(received.subarray(0, size), socket);
        received = received.subarray(size);
      }
    });
  }

  #answer(message: Buffer, socket: Socket): void {
    const isQuery = message.readInt32LE(12) === OP_QUERY;
    // Behind the flags: of a query a name that ends with a zero and two numbers, of a message the kind of its section.
    const bodyAt = isQuery ? message.indexOf(0, HEADER_BYTES + 4) + 1 + 8 : HEADER_BYTES + 5;
    const command = BSON.deserialize(message.subarray(bodyAt, bodyAt + message.readInt32LE(bodyAt)));
    this.commands.push(command);
    const answer = this.script(command);
    if (answer === null) return;
    const body = Buffer.from(BSON.serialize(answer));
    const front = Buffer.alloc(isQuery ? 36 : 21);
    front.writeInt32LE(front.length + body.length, 0);
    front.writeInt32LE(message.readInt32LE(4), 8);
    front.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
    if (isQuery) front.writeInt32LE(1, 32); // one document
    socket.write(Buffer.concat([front, body]));
  }
}

export const isHello = (command: Document): boolean =>
  'hello' in command || 'ismaster' in command || 'isMaster' in command;
