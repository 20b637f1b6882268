import { TcpClient, readAnswer, type BytesAnswer } from '@verbatim/testing/scenario';

const BYTE_INTERVAL_MS = 200;

/** Sends a request's beginning at once, and then a byte now and then, for ever: the attack is the pace. */
export class SlowSender {
  private constructor(
    private readonly tcp: TcpClient,
    private readonly timer: NodeJS.Timeout,
  ) {}

  static async open(url: string, beginning: string): Promise<SlowSender> {
    const tcp = await TcpClient.open(url);
    tcp.write(beginning);
    return new SlowSender(
      tcp,
      setInterval(() => tcp.write('x'), BYTE_INTERVAL_MS),
    );
  }

  get isAnswered(): boolean {
    return this.tcp.received.length > 0;
  }

  /** The answer that ends it. @throws NoAnswerError */
  async answer(): Promise<BytesAnswer> {
    try {
      return await this.tcp.waitFor((received) => readAnswer(received));
    } finally {
      this.leave();
    }
  }

  leave(): void {
    clearInterval(this.timer);
    this.tcp.destroy();
  }
}
