/** RFC 6455 §5.2: FIN and opcode 1 (text). A server does not mask. */
const FIN_TEXT = 0x81;
const LENGTH_16_BIT = 126;
const LENGTH_64_BIT = 127;
const LENGTH_7_BIT_MAX = 125;
const LENGTH_16_BIT_MAX = 0xffff;

/** A complete text frame, ready for any number of sockets; `ws` would build one per socket. */
export const textFrameOf = (text: string): Buffer => {
  const length = Buffer.byteLength(text);
  const headerLength = length <= LENGTH_7_BIT_MAX ? 2 : length <= LENGTH_16_BIT_MAX ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = FIN_TEXT;
  if (headerLength === 2) frame[1] = length;
  else if (headerLength === 4) {
    frame[1] = LENGTH_16_BIT;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_64_BIT;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerLength);
  return frame;
};
