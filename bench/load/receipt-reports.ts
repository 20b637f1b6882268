import type { FrameSocket } from '../socket/frame-socket.js';

/** A client reports at most once a second (protocol, rule 6); the members take turns within it. */
const REPORT_INTERVAL_MS = 1_000;
const TURNS = 20;

export type Reader = {
  readonly socket: FrameSocket;
  readonly conversation: { readonly conversationId: string };
  /** The newest seq that this reader was shown. */
  readonly lastSeq: number;
};

/** Lets members report what they have received and read while a load runs, as every real client does. */
export class ReceiptReports {
  readonly #reported = new Map<Reader, number>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #turn = 0;
  #refused = 0;

  constructor(private readonly readers: readonly Reader[]) {
    this.#timer = setInterval(() => this.#report(), REPORT_INTERVAL_MS / TURNS);
  }

  /** @returns how many reports were refused */
  async stop(): Promise<number> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    return this.#refused;
  }

  #report(): void {
    for (let at = this.#turn; at < this.readers.length; at += TURNS) this.#reportOf(this.readers[at] as Reader);
    this.#turn = (this.#turn + 1) % TURNS;
  }

  #reportOf(reader: Reader): void {
    const { socket, conversation, lastSeq } = reader;
    if (lastSeq <= (this.#reported.get(reader) ?? -1)) return;
    this.#reported.set(reader, lastSeq);
    const { conversationId } = conversation;
    const report = socket
      .request('receipt.advance', { conversationId, deliveredUpTo: lastSeq, readUpTo: lastSeq })
      .then(
        () => {},
        () => void (this.#refused += 1),
      )
      .finally(() => this.#underWay.delete(report));
    this.#underWay.add(report);
  }
}
