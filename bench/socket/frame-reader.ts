const OPCODE = 0x0f;
const FINAL = 0x80;
const LENGTH = 0x7f;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** `bytes` from `start` to `end` are valid during the call only. */
export type TextHandler = (bytes: Buffer, start: number, end: number) => void;

export type FrameListener = {
  onText: TextHandler;
  onPing: (payload: Buffer) => void;
  /** @param code null when the frame names none */
  onClose: (code: number | null, reason: string) => void;
};

/**
 * Reads the frames of a server out of whatever pieces TCP delivers. Makes no copy and no string of a text: a receiver of a million
 * pushes a second would do nothing else. The server's messages are single unmasked frames; anything else is an error.
 */
export class FrameReader {
  #rest: Buffer | null = null;

  constructor(private readonly listener: FrameListener) {}

  /** @throws Error for a frame that this reader does not expect */
  push(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    const read = this.#readAll(bytes);
    this.#rest = read === bytes.length ? null : bytes.subarray(read);
  }

  /** @returns how many bytes made whole frames */
  #readAll(bytes: Buffer): number {
    let at = 0;
    while (at + 2 <= bytes.length) {
      const size = (bytes[at + 1] as number) & LENGTH;
      const headBytes = size === LENGTH_16 ? 4 : size === LENGTH_64 ? 10 : 2;
      const start = at + headBytes;
      if (start > bytes.length) break;
      const end = start + lengthAt(bytes, at, size);
      if (end > bytes.length) break;
      this.#dispatch(bytes, at, start, end);
      at = end;
    }
    return at;
  }

  #dispatch(bytes: Buffer, at: number, start: number, end: number): void {
    const first = bytes[at] as number;
    const opcode = first & OPCODE;
    if (opcode === TEXT && (first & FINAL) !== 0) this.listener.onText(bytes, start, end);
    else if (opcode === PING) this.listener.onPing(Buffer.from(bytes.subarray(start, end)));
    else if (opcode === CLOSE) this.#close(bytes.subarray(start, end));
    else if (opcode !== PONG) throw new Error(`the server sent a frame with first byte ${first}`);
  }

  #close(payload: Buffer): void {
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : null;
    this.listener.onClose(code, payload.toString('utf8', 2));
  }
}

const lengthAt = (bytes: Buffer, at: number, size: number): number => {
  if (size === LENGTH_16) return bytes.readUInt16BE(at + 2);
  if (size === LENGTH_64) return Number(bytes.readBigUInt64BE(at + 2));
  return size;
};
