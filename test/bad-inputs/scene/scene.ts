import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  makeDataFolder,
  requestHttp,
  startServer,
  type DataFolder,
  type HttpAnswer,
  type HttpRequest,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import { Client } from './client.js';
import { requestOf } from './operation-request.js';
import type { Person } from './person.js';

type SceneOptions = Readonly<Record<string, string>>;

let names = 0;
/** A user name that this process has not used; every scene has a data directory of its own. */
export const newName = (prefix = 'person'): string => `${prefix}${(names += 1)}`;

/** One standalone server as a process of its own, and the people who use it. Everything is seen from outside. */
export class Scene {
  /** What the server must never write down. */
  readonly secrets = new Set<string>();
  readonly #clients: Client[] = [];
  readonly #log: Database.Database;

  private constructor(
    readonly data: DataFolder,
    readonly server: ServerProcess,
  ) {
    this.#log = new Database(join(data.path, 'events.db'), { readonly: true, fileMustExist: true });
  }

  static async open(env: SceneOptions = {}): Promise<Scene> {
    const data = makeDataFolder('bad-inputs');
    return new Scene(data, await startServer({ dataDirectory: data.path, env: { LOG_LEVEL: 'debug', ...env } }));
  }

  get url(): string {
    return this.server.url;
  }

  /** Ends the server as an operator would, and throws the data away. */
  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.leave()));
    this.#log.close();
    await this.server.stop();
    this.data.remove();
  }

  /** Number of events in the log's file. */
  logRows(): number {
    return this.#log.prepare<[], { rows: number }>('SELECT count(*) AS rows FROM events').get()?.rows ?? 0;
  }

  http(path: string, request: HttpRequest = {}): Promise<HttpAnswer> {
    return requestHttp(this.url, path, request);
  }

  register(userName = newName(), password = `password of ${userName}`): Promise<Person> {
    return this.#signIn('/v1/auth/register', { userName, password });
  }

  /** A new session; on the device that is named, else on a new one. */
  logIn({ userName, password }: Person, deviceId?: string): Promise<Person> {
    return this.#signIn('/v1/auth/login', { userName, password, ...(deviceId === undefined ? {} : { deviceId }) });
  }

  async refresh(person: Person): Promise<Person> {
    const answer = await this.http('/v1/auth/refresh', { method: 'POST', body: { refreshToken: person.refreshToken } });
    if (answer.status !== 200) throw new Error(`no refresh: ${answer.status} ${JSON.stringify(answer.body)}`);
    return this.#keep({ ...person, ...(answer.body as Person) });
  }

  /** Connected and authenticated. */
  async connect(person: Person, cursor?: string): Promise<Client> {
    const client = await Client.open(this.url, person, cursor);
    this.#clients.push(client);
    return client;
  }

  /** Runs an operation over HTTP that has to succeed. @returns its body */
  async run<Reply>(person: Person, op: Parameters<typeof requestOf>[0], d: Record<string, unknown>): Promise<Reply> {
    const { path, ...request } = requestOf(op, d);
    const answer = await this.http(path, { token: person.accessToken, ...request });
    if (answer.status >= 300) throw new Error(`${op}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Reply;
  }

  /** @returns its id */
  async group(owner: Person, members: readonly Person[], visibility = 'invite-only'): Promise<string> {
    const memberIds = members.map(({ userId }) => userId);
    const d = { commandId: randomUUID(), name: 'a group', visibility, memberIds };
    return (await this.run<{ conversationId: string }>(owner, 'group.create', d)).conversationId;
  }

  async direct(one: Person, other: Person): Promise<string> {
    const d = { userId: other.userId };
    return (await this.run<{ conversationId: string }>(one, 'conversation.direct', d)).conversationId;
  }

  /** @returns its seq */
  async send(from: Person, conversationId: string, body: string): Promise<number> {
    const d = { conversationId, clientMsgId: randomUUID(), body };
    return (await this.run<{ seq: number }>(from, 'message.send', d)).seq;
  }

  /** The value of one metric now, labels included in its name. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    if (line === undefined) throw new Error(`no metric ${name}`);
    return Number(line.slice(name.length));
  }

  async #signIn(path: string, body: { userName: string; password: string; deviceId?: string }): Promise<Person> {
    const answer = await this.http(path, { method: 'POST', body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return this.#keep({ ...body, ...(answer.body as Omit<Person, 'userName' | 'password'>) });
  }

  #keep(person: Person): Person {
    for (const secret of [person.password, person.accessToken, person.refreshToken]) this.secrets.add(secret);
    return person;
  }
}
