import { randomUUID } from 'node:crypto';
import { requestHttp, type Fields, type HttpAnswer, type HttpRequest, type Push } from '@verbatim/testing/scenario';
import { Connection, RefusedError } from './connection.js';

const PASSWORD = 'a long enough password';

/** One device of one user, as the protocol has it. */
export class Device {
  private constructor(
    private readonly url: string,
    readonly userName: string,
    private readonly tokens: Fields,
  ) {}

  static async register(url: string, userName: string): Promise<Device> {
    return new Device(url, userName, await tokensOf(url, 'register', { userName, password: PASSWORD }));
  }

  get userId(): string {
    return String(this.tokens['userId']);
  }
  get token(): string {
    return String(this.tokens['accessToken']);
  }

  /** Another device of the same user. */
  async another(): Promise<Device> {
    const { url, userName } = this;
    return new Device(url, userName, await tokensOf(url, 'login', { userName, password: PASSWORD }));
  }

  /** The same device where the server listens now. */
  at(url: string): Device {
    return new Device(url, this.userName, this.tokens);
  }

  connect(cursor?: string, onPush?: (push: Push) => void): Promise<Connection> {
    const deviceId = String(this.tokens['deviceId']);
    const auth = { token: this.token, deviceId, ...(cursor === undefined ? {} : { cursor }) };
    return Connection.open(this.url, auth, onPush);
  }

  http(path: string, request: HttpRequest = {}): Promise<HttpAnswer> {
    return requestHttp(this.url, path, { ...request, token: this.token });
  }

  /** A stream of server-sent events. */
  stream(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    return fetch(`${this.url}/v1/stream`, { headers: { authorization: `Bearer ${this.token}`, ...headers }, signal });
  }

  /** @throws RefusedError */
  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Fields> {
    const { status, body } = await this.http(path, { headers });
    if (status !== 200) throw new RefusedError(path, String((body as Fields)['code']));
    return body as Fields;
  }

  /** A read at or past a cursor: asked again while the read models are behind it. @throws RefusedError */
  async getBehind(path: string, cursor: string): Promise<Fields> {
    for (;;)
      try {
        return await this.get(path, { 'chat-cursor': cursor });
      } catch (error) {
        if (!(error instanceof RefusedError) || error.code !== 'behind') throw error;
      }
  }
}

const tokensOf = async (url: string, route: string, body: Fields): Promise<Fields> => {
  const answer = await requestHttp(url, `/v1/auth/${route}`, { method: 'POST', body });
  if (answer.status >= 300) throw new Error(`${route}: ${JSON.stringify(answer.body)}`);
  return answer.body as Fields;
};

/** @returns its id */
export const makeGroup = async (owner: Connection, memberIds: readonly string[] = []): Promise<string> => {
  const d = { commandId: randomUUID(), name: 'Crew', visibility: 'invite-only', memberIds };
  return String((await owner.run('group.create', d))['conversationId']);
};

/** @returns its id */
export const makeDirect = async (one: Connection, otherId: string): Promise<string> =>
  String((await one.run('conversation.direct', { commandId: randomUUID(), userId: otherId }))['conversationId']);

/** @returns the seq */
export const addMembers = async (by: Connection, conversationId: string, ...userIds: string[]): Promise<number> =>
  Number((await by.run('member.add', { commandId: randomUUID(), conversationId, userIds }))['seq']);

/** @returns the seq */
export const removeMember = async (by: Connection, conversationId: string, userId: string): Promise<number> =>
  Number((await by.run('member.remove', { commandId: randomUUID(), conversationId, userId }))['seq']);
