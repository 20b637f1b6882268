import { randomUUID } from 'node:crypto';
import type { ClientRequest, ErrorCode, Push } from '@verbatim/protocol';
import { decodeClientFrame, encodeErrorText, encodeReplyText, helloLimits, protocolError } from '@verbatim/protocol';
import type { WebSocket } from 'ws';
import { ModelRefusal } from './chat-model.js';
import type { ChatModel, Recorded } from './chat-model.js';
import { answer } from './model-operations.js';
import type { ServerScript } from './server-script.js';

/** The server's end of one socket: behaves as the protocol says, except where the script says otherwise. */
export class ScriptedConnection {
  userId: string | undefined;
  /** Requests as they came. */
  readonly requests: ClientRequest[] = [];
  private pushesWithCursor = 0;
  private lastCursor: string | undefined;

  constructor(
    readonly socket: WebSocket,
    private readonly model: ChatModel,
    private readonly script: ServerScript<ScriptedConnection>,
    private readonly relay: (push: Push, from: ScriptedConnection) => void,
    private readonly userOf: (token: string) => string | undefined,
  ) {
    socket.on('message', (data: Buffer) => this.read(data.toString('utf8')));
    socket.on('error', () => undefined);
    const { heartbeatMs } = script;
    if (script.silentHello !== true) {
      this.push({ ev: 'hello', d: { heartbeatMs, authTimeoutMs: 5_000, protocol: [1], limits: helloLimits } });
    }
  }

  push(push: Push): void {
    if (push.cur !== undefined) {
      this.pushesWithCursor += 1;
      this.lastCursor = push.cur;
      if (this.script.losesPush?.(push) === true) return;
    }
    this.socket.send(JSON.stringify(push));
  }

  reply(request: ClientRequest, d: object): void {
    this.socket.send(encodeReplyText(request.id, JSON.stringify(d)));
  }

  refuse(request: ClientRequest, code: ErrorCode): void {
    this.socket.send(encodeErrorText(request.id, protocolError(code, { traceId: 'trace' })));
  }

  private read(text: string): void {
    const decoded = decodeClientFrame(text);
    if (!decoded.ok) throw new Error(`the client sent an unreadable frame: ${text}`);
    this.requests.push(decoded.request);
    if (this.script.intercepts?.(decoded.request, this) !== true) this.serve(decoded.request);
  }

  /** Answers as the protocol says. */
  serve(request: ClientRequest): void {
    try {
      this.serveOrThrow(request);
    } catch (error) {
      if (!(error instanceof ModelRefusal)) throw error;
      this.refuse(request, error.code);
    }
  }

  private serveOrThrow(request: ClientRequest): void {
    const d = request.d as Record<string, never>;
    if (request.op === 'auth') return this.authenticate(request);
    if (request.op === 'ping') return this.pong(request);
    if (this.userId === undefined) return this.refuse(request, 'not-authenticated');
    if (request.op === 'typing.set') {
      this.relay(
        {
          ev: 'typing',
          d: { conversationId: d['conversationId'] ?? '', userId: this.userId, typing: d['typing'] === true },
        },
        this,
      );
      return this.reply(request, {});
    }
    if (request.op === 'receipt.advance') return this.advance(request);
    const reply = answer(this.model, this.userId, request.op, request.d);
    if (reply) this.reply(request, reply);
    else this.refuse(request, 'unknown-op');
  }

  private advance(request: ClientRequest): void {
    const { conversationId, deliveredUpTo, readUpTo } = request.d as Record<string, never>;
    const mark = this.model.advance(this.userId ?? '', conversationId ?? '', deliveredUpTo, readUpTo);
    const push: Push = {
      ev: 'receipt.advanced',
      cur: String(this.model.log.length - 1),
      d: { conversationId: conversationId ?? '', users: [mark] },
    };
    this.reply(request, {});
    this.relay(push, this);
  }

  private pong(request: ClientRequest): void {
    const cur = this.lastCursor ?? (this.userId === undefined ? undefined : this.headCursor());
    this.reply(request, { ...(cur === undefined ? {} : { cur }), n: this.pushesWithCursor });
  }

  private authenticate(request: ClientRequest): void {
    const { token, cursor } = request.d as { token: string; cursor?: string };
    const userId = this.userOf(token);
    if (userId === undefined) {
      this.refuse(request, 'token-invalid');
      return this.socket.close(4500, 'bad-token');
    }
    this.userId = userId;
    const place = cursor === undefined ? this.model.log.length - 1 : Number(cursor);
    const readable = Number.isSafeInteger(place) && place < this.model.log.length;
    const missed: Recorded[] = readable ? this.model.after(userId, place) : [];
    const resume = this.script.resets === true || !readable ? 'reset' : missed.length > 0 ? 'replayed' : 'current';
    const serverTime = new Date().toISOString();
    this.reply(request, { sessionId: randomUUID(), userId, resume, cursor: this.headCursor(), serverTime });
    if (resume !== 'replayed') return;
    for (const { push } of missed) this.push(push);
    this.push({ ev: 'synced', d: { cursor: this.headCursor() } });
  }

  private headCursor(): string {
    return String(this.model.log.length - 1);
  }
}
