import { openSocket, type Fields, type Push, type RawReply, type RawSocket } from '@verbatim/testing/scenario';
import type { Person } from './person.js';

const PUSH_MAX_MS = 30_000;

/** One connected device: what it was pushed, and the cursor that it would resume from. */
export class Client {
  readonly pushes: Push[] = [];
  readonly #waiting = new Set<() => void>();
  #cursor: string | undefined;

  private constructor(
    readonly person: Person,
    readonly socket: RawSocket,
    readonly auth: RawReply,
  ) {}

  /** @throws Error when the server does not let the person in */
  static async open(url: string, person: Person, cursor?: string): Promise<Client> {
    const client = await Client.try(url, person, cursor);
    if (!client.auth.ok) throw new Error(`${person.userName} may not connect: ${client.auth.error.code}`);
    return client;
  }

  /** Also when `auth` is refused: the reply tells. */
  static async try(url: string, { accessToken, deviceId, ...rest }: Person, cursor?: string): Promise<Client> {
    const early: Push[] = [];
    let take = (push: Push): void => void early.push(push);
    const auth = { token: accessToken, deviceId, ...(cursor === undefined ? {} : { cursor }) };
    const { socket, reply } = await openSocket(url, auth, (push) => take(push));
    const client = new Client({ accessToken, deviceId, ...rest }, socket, reply);
    if (reply.ok) client.#cursor = String(reply.d['cursor']);
    take = (push) => client.#take(push);
    early.forEach(take);
    return client;
  }

  /** Of the newest push or pong; before them that of `auth`. */
  get cursor(): string {
    if (this.#cursor === undefined) throw new Error('never authenticated');
    return this.#cursor;
  }

  ask(op: string, d: Fields): Promise<RawReply> {
    return this.socket.request(op, d);
  }

  /** Everything that the gateway had applied by now has been pushed when this resolves. */
  async settle(): Promise<void> {
    const reply = await this.ask('ping', {});
    if (reply.ok) this.#cursor = String(reply.d['cur']);
  }

  /** The first push, also among those that came already, that the test accepts. */
  push(accepts: (push: Push) => boolean): Promise<Push> {
    return this.until(() => this.pushes.find(accepts));
  }

  /** @throws Error when nothing is found in 30 s */
  async until<Found>(find: () => Found | undefined): Promise<Found> {
    const timeout = AbortSignal.timeout(PUSH_MAX_MS);
    timeout.addEventListener('abort', () => this.#wake());
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (timeout.aborted) throw new Error(`${this.person.userName} was never pushed what is waited for`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Seqs of the conversation's pushes, in the order they came. */
  seqs(conversationId: string): readonly number[] {
    return this.pushes.flatMap(({ d }) =>
      d['conversationId'] === conversationId && typeof d['seq'] === 'number' ? [d['seq']] : [],
    );
  }

  leave(): Promise<void> {
    return this.socket.close();
  }

  #take(push: Push): void {
    this.pushes.push(push);
    if (push.cur !== undefined) this.#cursor = push.cur;
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
