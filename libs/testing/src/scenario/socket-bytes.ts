import { requestBytes, readAnswer, type HeaderFields } from './http-bytes.js';
import { TcpClient } from './tcp-client.js';

/** First bytes of frames that are whole: FIN set, no reserved bit (RFC 6455 §5.2). */
export const TEXT_FRAME = 0x81;
export const BINARY_FRAME = 0x82;
export const PING_FRAME = 0x89;

const MASK = Buffer.from([0x11, 0x22, 0x33, 0x44]);
const SHORT_MAX = 125;
const TWO_BYTES_MAX = 0xffff;

const lengthBytes = (declared: bigint, maskBit: number): Buffer => {
  if (declared <= SHORT_MAX) return Buffer.from([maskBit | Number(declared)]);
  const isTwoBytes = declared <= TWO_BYTES_MAX;
  const bytes = Buffer.alloc(isTwoBytes ? 3 : 9);
  bytes.writeUInt8(maskBit | (isTwoBytes ? 126 : 127));
  if (isTwoBytes) bytes.writeUInt16BE(Number(declared), 1);
  else bytes.writeBigUInt64BE(declared, 1);
  return bytes;
};

export type FrameForm = { readonly masked?: boolean; /** Length as the frame states it. */ readonly declared?: bigint };

/** One client frame byte by byte. @param first FIN, reserved bits and opcode */
export const clientFrame = (first: number, payload: string | Buffer, form: FrameForm = {}): Buffer => {
  const plain = Buffer.from(payload);
  const { masked = true, declared = BigInt(plain.length) } = form;
  const head = [Buffer.from([first]), lengthBytes(declared, masked ? 0x80 : 0)];
  if (!masked) return Buffer.concat([...head, plain]);
  return Buffer.concat([...head, MASK, plain.map((byte, index) => byte ^ (MASK[index % MASK.length] ?? 0))]);
};

export type SocketFrame = { readonly opcode: number; readonly payload: Buffer };
const CLOSE_OPCODE = 8;

/** The whole frames among what a server sent after its 101. */
export const serverFrames = (received: Buffer): readonly SocketFrame[] => {
  const frames: SocketFrame[] = [];
  let at = 0;
  while (at + 2 <= received.length) {
    const short = received.readUInt8(at + 1);
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (at + 2 + extra > received.length) break;
    const length =
      extra === 0 ? short : extra === 2 ? received.readUInt16BE(at + 2) : Number(received.readBigUInt64BE(at + 2));
    const start = at + 2 + extra;
    if (start + length > received.length) break;
    frames.push({ opcode: received.readUInt8(at) & 0x0f, payload: received.subarray(start, start + length) });
    at = start + length;
  }
  return frames;
};

export const upgradeHeaders = (host: string): HeaderFields => ({
  Host: host,
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol': 'chat.v1.json',
});

/** A WebSocket whose frames are written byte by byte. */
export class ByteSocket {
  private constructor(
    readonly tcp: TcpClient,
    private readonly framesFrom: number,
  ) {}

  /** Upgraded; whatever was sent since is still to be read. */
  static async open(url: string): Promise<ByteSocket> {
    const tcp = await TcpClient.open(url);
    tcp.write(requestBytes('GET /v1/ws HTTP/1.1', upgradeHeaders(new URL(url).host)));
    const answer = await tcp.waitFor((received) => readAnswer(received));
    if (answer.status !== 101) throw new Error(`no upgrade but ${answer.status}: ${answer.text}`);
    return new ByteSocket(tcp, tcp.received.indexOf('\r\n\r\n') + 4);
  }

  /** Every whole frame so far. */
  get frames(): readonly SocketFrame[] {
    return serverFrames(this.tcp.received.subarray(this.framesFrom));
  }

  sendText(text: string): void {
    this.tcp.write(clientFrame(TEXT_FRAME, text));
  }

  /** The first text frame that the test accepts, as JSON. @throws NoAnswerError */
  message<Message>(accepts: (message: Message) => boolean): Promise<Message> {
    return this.tcp.waitFor(() => {
      for (const { opcode, payload } of this.frames) {
        if (opcode !== 1) continue;
        const message = JSON.parse(payload.toString('utf8')) as Message;
        if (accepts(message)) return message;
      }
      return null;
    });
  }

  /** Code of the close frame. @throws NoAnswerError when the connection ends without one */
  closeCode(maxMs?: number): Promise<number> {
    return this.tcp.waitFor(() => {
      const close = this.frames.find(({ opcode }) => opcode === CLOSE_OPCODE);
      return close === undefined ? null : close.payload.readUInt16BE(0);
    }, maxMs);
  }

  destroy(): void {
    this.tcp.destroy();
  }
}
