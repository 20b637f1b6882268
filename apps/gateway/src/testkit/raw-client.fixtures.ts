import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { present } from './present.fixtures.js';

export const upgradeRequest = (
  changes: Readonly<Record<string, string | null>> = {},
  line = 'GET /v1/ws HTTP/1.1',
): string => {
  const headers: Record<string, string | null> = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...changes,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== null);
  return [line, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
};

const MASK = Buffer.from([1, 2, 3, 4]);

/** A client frame byte by byte; `first` holds FIN, RSV and opcode. */
export const rawFrame = (first: number, payload: Buffer, { masked = true, declared = payload.length } = {}): Buffer => {
  const maskBit = masked ? 0x80 : 0;
  const head =
    declared < 126
      ? Buffer.from([first, maskBit | declared])
      : declared <= 0xffff
        ? Buffer.from([first, maskBit | 126, declared >> 8, declared & 0xff])
        : Buffer.concat([Buffer.from([first, maskBit | 127]), bigEndian(BigInt(declared))]);
  if (!masked) return Buffer.concat([head, payload]);
  const body = Buffer.from(payload.map((byte, index) => byte ^ present(MASK[index % 4])));
  return Buffer.concat([head, MASK, body]);
};
export const bigEndian = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

/** A TCP connection that keeps all it is sent. */
export class RawClient {
  #received = Buffer.alloc(0);
  readonly #changed = new Set<() => void>();
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Upgraded, with the hello frame read. */
  static async upgraded(port: number): Promise<RawClient> {
    const client = await RawClient.open(port);
    client.socket.write(upgradeRequest());
    await client.until(() => client.text.includes('"ev":"hello"'));
    client.#received = Buffer.alloc(0);
    return client;
  }

  get text(): string {
    return this.#received.toString('latin1');
  }

  /** Status of an HTTP answer. */
  async status(): Promise<number> {
    await this.until(() => this.text.includes('\r\n\r\n'));
    return Number(this.text.split(' ')[1]);
  }

  /** Code of the first close frame among unmasked server frames; null when the connection ended without one. */
  async closeCode(): Promise<number | null> {
    await this.until(() => this.isClosed || this.#findClose() !== null);
    return this.#findClose();
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#changed.add(resolve));
  }

  #findClose(): number | null {
    let at = 0;
    while (at + 2 <= this.#received.length) {
      const opcode = present(this.#received[at]) & 0x0f;
      const short = present(this.#received[at + 1]);
      const length = short < 126 ? short : this.#received.readUInt16BE(at + 2);
      const start = at + (short < 126 ? 2 : 4);
      if (opcode === 8) return this.#received.readUInt16BE(start);
      at = start + length;
    }
    return null;
  }

  #wake(): void {
    const waiting = [...this.#changed];
    this.#changed.clear();
    for (const wake of waiting) wake();
  }
}
