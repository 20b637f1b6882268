const FINAL_TEXT = 0x81;
const FINAL_PONG = 0x8a;
const MASKED = 0x80;
const LENGTH_16 = 126;
const SHORT_MAX_BYTES = 125;
const LENGTH_16_MAX_BYTES = 0xffff;
const MASK_BYTES = 4;

const maskedFrame = (opcode: number, payload: Buffer): Buffer => {
  const { length } = payload;
  if (length > LENGTH_16_MAX_BYTES)
    throw new RangeError(`a frame of the bench has at most 64 KiB, not ${length} bytes`);
  const headBytes = length <= SHORT_MAX_BYTES ? 2 : 4;
  const frame = Buffer.allocUnsafe(headBytes + MASK_BYTES + length);
  frame[0] = opcode;
  frame[1] = MASKED | (headBytes === 2 ? length : LENGTH_16);
  if (headBytes === 4) frame.writeUInt16BE(length, 2);
  frame.writeUInt32BE(Math.floor(Math.random() * 0x1_0000_0000), headBytes);
  const start = headBytes + MASK_BYTES;
  for (let at = 0; at < length; at += 1) {
    frame[start + at] = (payload[at] as number) ^ (frame[headBytes + (at & 3)] as number);
  }
  return frame;
};

/** A text message as a client puts it on the wire: one masked frame (RFC 6455 §5.2). At most 65,535 bytes. */
export const textFrame = (text: string): Buffer => maskedFrame(FINAL_TEXT, Buffer.from(text));

/** The answer to a ping. */
export const pongFrame = (payload: Buffer): Buffer => maskedFrame(FINAL_PONG, payload);
