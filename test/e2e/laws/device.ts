import { randomUUID } from 'node:crypto';
import { requestHttp, type Fields, type HttpAnswer, type HttpRequest, type Push } from '@verbatim/testing/scenario';
import { Connection, RefusedError } from '../forms/connection.js';
import type { RunningServer } from '../forms/running-server.js';
import { tokensOf } from '../forms/tokens.js';

/** One device of one user, as the protocol has it. Each connection and each request may meet another gateway. */
export class Device {
  private constructor(
    private readonly server: RunningServer,
    readonly userName: string,
    private readonly tokens: Fields,
  ) {}

  static async register(server: RunningServer, userName: string): Promise<Device> {
    return new Device(server, userName, await tokensOf(server.url, 'register', userName));
  }

  get userId(): string {
    return String(this.tokens['userId']);
  }
  get token(): string {
    return String(this.tokens['accessToken']);
  }

  /** Another device of the same user. */
  async another(): Promise<Device> {
    const { server, userName } = this;
    return new Device(server, userName, await tokensOf(server.url, 'login', userName));
  }

  /** The same device, at another service. */
  at(server: RunningServer): Device {
    return new Device(server, this.userName, this.tokens);
  }

  connect(cursor?: string, onPush?: (push: Push) => void): Promise<Connection> {
    const deviceId = String(this.tokens['deviceId']);
    const auth = { token: this.token, deviceId, ...(cursor === undefined ? {} : { cursor }) };
    return Connection.open(this.server.url, auth, onPush, () => this.server.reached());
  }

  http(path: string, request: HttpRequest = {}): Promise<HttpAnswer> {
    return requestHttp(this.server.url, path, { ...request, token: this.token });
  }

  /** A stream of server-sent events. */
  stream(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    return fetch(`${this.server.url}/v1/stream`, {
      headers: { authorization: `Bearer ${this.token}`, ...headers },
      signal,
    });
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
