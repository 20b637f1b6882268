import { once } from 'node:events';
import { SUBPROTOCOL } from '@verbatim/protocol';
import { WebSocket } from 'ws';
import type { Actor } from '@verbatim/identity';
import { tokenOf } from './gateway.fixtures.js';
import type { ParsedJson } from './present.fixtures.js';

type Reply = { re: number | null; ok: boolean; d: ParsedJson; error: ParsedJson };
export type PushFrame = { ev: string; cur?: string; d: ParsedJson };

/** A client that keeps all it gets and lets a spec wait for what it expects. */
export class TestClient {
  readonly pushes: PushFrame[] = [];
  readonly replies: Reply[] = [];
  readonly #waiters = new Set<() => void>();
  #closed: { code: number; reason: string } | null = null;
  #nextId = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.#take(JSON.parse((data as Buffer).toString())));
    socket.on('close', (code, reason) => {
      this.#closed = { code, reason: String(reason) };
      this.#changed();
    });
    socket.on('error', () => this.#changed());
  }

  static async open(port: number, options: object = {}): Promise<TestClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, SUBPROTOCOL, options);
    const client = new TestClient(socket);
    await once(socket, 'open');
    return client;
  }

  static async connect(port: number, actor: Omit<Actor, 'role'>, cursor?: string): Promise<TestClient> {
    const client = await TestClient.open(port);
    await client.auth(actor, cursor);
    return client;
  }

  auth(actor: Omit<Actor, 'role'>, cursor?: string): Promise<ParsedJson> {
    return this.request('auth', {
      token: tokenOf(actor),
      deviceId: actor.deviceId,
      client: 'spec',
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  /** Resolves with `d`, rejects with the error's code. */
  async request(op: string, d: object = {}): Promise<ParsedJson> {
    const reply = await this.ask(op, d);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.d;
  }

  async ask(op: string, d: object = {}): Promise<Reply> {
    const id = (this.#nextId += 1);
    this.send({ id, op, d });
    return this.until(() => this.replies.find(({ re }) => re === id));
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** Waits until the answer is there; jest's own time-out ends a wait in vain. */
  async until<Found>(find: () => Found | undefined | null | false): Promise<Found> {
    for (;;) {
      const found = find();
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  push(ev: string, matches: (d: ParsedJson) => boolean = () => true): Promise<PushFrame> {
    return this.until(() => this.pushes.find((push) => push.ev === ev && matches(push.d)));
  }

  closed(): Promise<{ code: number; reason: string }> {
    return this.until(() => this.#closed);
  }

  /** Seqs pushed for one conversation, in the order they came. */
  seqs(conversationId: string): number[] {
    return this.pushes.filter(({ d }) => d.conversationId === conversationId && 'seq' in d).map(({ d }) => d.seq);
  }

  get lastCursor(): string | undefined {
    return this.pushes.findLast(({ cur }) => cur !== undefined)?.cur;
  }

  /** All that the server had applied before the pong has arrived. */
  async settle(): Promise<ParsedJson> {
    return this.request('ping');
  }

  async leave(): Promise<void> {
    this.socket.terminate();
    await this.closed();
  }

  #take(frame: ParsedJson): void {
    if ('re' in frame) this.replies.push(frame);
    else this.pushes.push(frame);
    this.#changed();
  }

  #changed(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}
