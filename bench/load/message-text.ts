const NUMBER_DIGITS = 10;
const BODY_BYTES = 100;
const FILLER = ' the quick brown fox jumps over the lazy dog'.repeat(3).slice(0, BODY_BYTES - NUMBER_DIGITS);

/** A body of 100 bytes that starts with the number of the message, so that its receipt can be told apart. */
export const numberedBody = (number: number): string => String(number).padStart(NUMBER_DIGITS, '0') + FILLER;

export type MessageToSend = {
  readonly number: number;
  readonly conversationId: string;
  readonly clientMsgId: string;
  /** The newest seq that the sender has seen, as every client says; -1 when none. */
  readonly knownSeq: number;
};

/** A `message.send` request whose id is the number of the message. */
export const sendRequestText = ({ number, conversationId, clientMsgId, knownSeq }: MessageToSend): string => {
  const known = knownSeq < 0 ? '' : `,"knownSeq":${knownSeq}`;
  const d = `{"conversationId":"${conversationId}","clientMsgId":"${clientMsgId}","body":"${numberedBody(number)}"${known}}`;
  return `{"id":${number},"op":"message.send","d":${d}}`;
};
