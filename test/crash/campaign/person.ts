import { NoAnswerError, openSocket, requestHttp, type Push, type RawSocket } from '@verbatim/testing/scenario';
import type { DeviceRecord } from '../evidence.js';

const PASSWORD = 'a long enough password';

type Tokens = { readonly userId: string; readonly deviceId: string; readonly accessToken: string };

/** One device of one person: its token, its connection, its cursor, and everything that it was pushed. */
export class Device {
  readonly record: DeviceRecord;
  socket: RawSocket | null = null;
  #token: string;
  #cursor: string | undefined;

  constructor(
    readonly userName: string,
    { userId, deviceId, accessToken }: Tokens,
  ) {
    this.#token = accessToken;
    this.record = { deviceId, userId, received: [], isOnline: false };
  }

  get userId(): string {
    return this.record.userId;
  }
  get token(): string {
    return this.#token;
  }
  /** Where the device has got to; undefined before its first connection. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** Resumes from where the device left off. @throws NoAnswerError */
  async connect(url: string): Promise<void> {
    let { socket, reply } = await this.#open(url);
    if (!reply.ok && reply.error.code === 'token-expired') {
      await socket.close();
      this.#token = (await logIn(url, this.userName, this.record.deviceId)).accessToken;
      ({ socket, reply } = await this.#open(url));
    }
    if (!reply.ok) throw new Error(`${this.userName} may not connect: ${reply.error.code}`);
    if (reply.d['resume'] === 'reset') this.record.received.push('reset');
    if (reply.d['resume'] === 'reset' || this.#cursor === undefined) this.#cursor = String(reply.d['cursor']);
    this.socket = socket;
    this.record.isOnline = true;
    void socket.closed.then(() => {
      this.record.isOnline = false;
      if (this.socket === socket) this.socket = null;
    });
  }

  /** Waits until everything up to this moment has reached the device. */
  async catchUp(): Promise<void> {
    if (this.socket === null) throw new NoAnswerError(`${this.userName} is not connected`);
    const reply = await this.socket.request('ping');
    if (reply.ok && typeof reply.d['cur'] === 'string') this.#cursor = reply.d['cur'];
  }

  #open(url: string): ReturnType<typeof openSocket> {
    const { deviceId } = this.record;
    const cursor = this.#cursor === undefined ? {} : { cursor: this.#cursor };
    return openSocket(url, { token: this.#token, deviceId, ...cursor }, (push) => this.#onPush(push));
  }

  #onPush({ ev, cur, d }: Push): void {
    if (ev === 'reset') this.record.received.push('reset');
    if (typeof cur === 'string') this.#cursor = cur;
    const { conversationId, seq } = d;
    if (typeof conversationId !== 'string' || typeof seq !== 'number') return;
    this.record.received.push({ ev, conversationId, seq, text: JSON.stringify(d) });
  }
}

export type Person = { readonly userName: string; readonly userId: string; readonly devices: readonly Device[] };

const tokensFrom = async (url: string, path: string, body: object): Promise<Tokens> => {
  const answer = await requestHttp(url, path, { method: 'POST', body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Tokens;
};

/** Logs in on a known device, or on a new one. */
export const logIn = (url: string, userName: string, deviceId?: string): Promise<Tokens> =>
  tokensFrom(url, '/v1/auth/login', { userName, password: PASSWORD, ...(deviceId === undefined ? {} : { deviceId }) });

/** Registers a person and gives him so many devices. */
export const registerPerson = async (url: string, userName: string, devices: number): Promise<Person> => {
  const first = await tokensFrom(url, '/v1/auth/register', { userName, password: PASSWORD });
  const tokens = [first];
  while (tokens.length < devices) tokens.push(await logIn(url, userName));
  return { userName, userId: first.userId, devices: tokens.map((each) => new Device(userName, each)) };
};
