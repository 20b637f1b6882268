import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problemOf, protocolError, SUBPROTOCOL } from '@verbatim/protocol';
import type { ClientRequest, Push, TokensReply } from '@verbatim/protocol';
import { WebSocketServer } from 'ws';
import { ChatModel, ModelRefusal } from './chat-model.js';
import type { ModelUser } from './chat-model.js';
import { ScriptedConnection } from './scripted-connection.js';
import type { ServerScript } from './server-script.js';

type Session = { readonly user: ModelUser; readonly deviceId: string };

/** The service over real HTTP and WebSockets on loopback, in memory, misbehaving on demand. */
export class ScriptedServer {
  readonly model = new ChatModel();
  readonly connections: ScriptedConnection[] = [];
  readonly httpRequests: string[] = [];
  readonly script: ServerScript<ScriptedConnection> = { heartbeatMs: 30_000, tokenLifetimeMs: 600_000 };
  private readonly accessTokens = new Map<string, Session>();
  private readonly refreshTokens = new Map<string, Session>();
  private readonly http: Server;
  private readonly sockets: WebSocketServer;
  private readonly waiters = new Set<() => void>();

  private constructor() {
    this.http = createServer((request, response) => void this.answer(request, response));
    this.sockets = new WebSocketServer({ server: this.http, path: '/v1/ws', handleProtocols: () => SUBPROTOCOL });
    this.sockets.on('connection', (socket) => {
      const relay = (push: Push, from: ScriptedConnection) => this.relay(push, from);
      const userOf = (token: string) => this.accessTokens.get(token)?.user.userId;
      this.connections.push(new ScriptedConnection(socket, this.model, this.script, relay, userOf));
      socket.on('close', () => this.changed());
      socket.on('message', () => this.changed());
      this.changed();
    });
    this.model.onRecorded = ({ push }, memberIds) => {
      for (const connection of this.open()) if (memberIds.has(connection.userId ?? '')) connection.push(push);
    };
  }

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** The newest connection. */
  get latest(): ScriptedConnection {
    const connection = this.connections.at(-1);
    if (!connection) throw new Error('nobody has connected');
    return connection;
  }

  /** Every request of this operation on any connection, in order. */
  requestsOf(op: string): ClientRequest[] {
    return this.connections.flatMap(({ requests }) => requests.filter((request) => request.op === op));
  }

  /** Resolves when the condition holds; looked at after every connection, message and close. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  /** Ends every session: access tokens are refused, refresh tokens are not. */
  expireAccessTokens(): void {
    this.accessTokens.clear();
  }

  endSessions(): void {
    this.accessTokens.clear();
    this.refreshTokens.clear();
  }

  async stop(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    this.sockets.close();
    this.http.closeAllConnections();
    await new Promise<void>((resolve) => this.http.close(() => resolve()));
  }

  private open(): ScriptedConnection[] {
    return this.connections.filter(({ socket }) => socket.readyState === socket.OPEN);
  }

  private relay(push: Push, from: ScriptedConnection): void {
    const { conversationId } = push.d as { conversationId: string };
    const memberIds = this.model.members(from.userId ?? '', conversationId);
    for (const connection of this.open()) {
      if (connection !== from && memberIds.has(connection.userId ?? '')) connection.push(push);
    }
  }

  private changed(): void {
    for (const wake of this.waiters) wake();
    this.waiters.clear();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.httpRequests.push(request.url ?? '');
    let text = '';
    for await (const chunk of request) text += String(chunk);
    try {
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, string>);
      const [status, reply] = this.serve(request.url ?? '', body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(reply ? JSON.stringify(reply) : '');
    } catch (error) {
      if (!(error instanceof ModelRefusal)) throw error;
      const problem = problemOf(protocolError(error.code, { traceId: 'trace' }));
      response.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    }
  }

  private serve(path: string, body: Record<string, string>): [number, object | undefined] {
    const { userName = '', password = '', refreshToken = '' } = body;
    if (path === '/v1/auth/register') return [201, this.signIn(this.model.register(userName, password))];
    if (path === '/v1/auth/login') {
      const user = this.model.users.find((one) => one.userName === userName && one.password === password);
      if (!user) throw new ModelRefusal('credentials-invalid');
      return [200, this.signIn(user, body['deviceId'])];
    }
    if (path === '/v1/auth/logout') return [204, undefined];
    if (path !== '/v1/auth/refresh') throw new ModelRefusal('not-found');
    const session = this.refreshTokens.get(refreshToken);
    if (!session) throw new ModelRefusal('refresh-token-invalid');
    this.refreshTokens.delete(refreshToken);
    return [200, this.signIn(session.user, session.deviceId)];
  }

  private signIn(user: ModelUser, deviceId: string = randomUUID()): TokensReply {
    const accessToken = `access-${randomUUID()}`;
    const refreshToken = `refresh-${randomUUID()}`;
    this.accessTokens.set(accessToken, { user, deviceId });
    this.refreshTokens.set(refreshToken, { user, deviceId });
    const accessTokenExpiresAt = new Date(Date.now() + this.script.tokenLifetimeMs).toISOString();
    return { userId: user.userId, deviceId, accessToken, accessTokenExpiresAt, refreshToken };
  }
}
