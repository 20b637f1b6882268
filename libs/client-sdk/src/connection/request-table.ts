import { encodeRequestText } from '@verbatim/protocol';
import type { ProtocolError, ReplyOf, RequestOf, SocketOperationName } from '@verbatim/protocol';
import type { Runtime, Timer } from '../kernel/runtime.js';

/** What came of one try. `unknown`: it was written to the socket and no reply came. */
export type RequestOutcome<Name extends SocketOperationName> =
  | { readonly kind: 'ok'; readonly d: ReplyOf<Name> }
  | { readonly kind: 'rejected'; readonly error: ProtocolError }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-sent' };

/** A reply as it came. `re` null answers a frame that the server could not read. */
export type Reply = { readonly re: unknown; readonly ok?: unknown; readonly d?: unknown; readonly error?: unknown };

type Pending = { readonly settle: (outcome: RequestOutcome<never>) => void; readonly timer: Timer };

/** The requests of one connection that wait for their replies. */
export class RequestTable {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly inFlightMax: number,
    private readonly write: (text: string) => boolean,
  ) {}

  send<Name extends SocketOperationName>(
    op: Name,
    d: RequestOf<Name>,
    timeoutMs: number,
  ): Promise<RequestOutcome<Name>> {
    return new Promise((resolve) => this.start(op, d, timeoutMs, resolve));
  }

  /**
   * As `send`, but the outcome is handled before the next frame is: several frames may arrive in one turn, and what
   * follows a reply on the wire must find its effect.
   */
  start<Name extends SocketOperationName>(
    op: Name,
    d: RequestOf<Name>,
    timeoutMs: number,
    settle: (outcome: RequestOutcome<Name>) => void,
  ): void {
    if (this.pending.size >= this.inFlightMax) return settle({ kind: 'not-sent' });
    this.lastId += 1;
    const id = this.lastId;
    const timer = this.runtime.after(timeoutMs, () => this.finish(id, { kind: 'unknown' }));
    this.pending.set(id, { settle: settle as Pending['settle'], timer });
    if (!this.write(encodeRequestText(id, op, d))) this.finish(id, { kind: 'not-sent' });
  }

  settle(reply: Reply): void {
    if (typeof reply.re !== 'number') return;
    const outcome =
      reply.ok === true
        ? { kind: 'ok', d: reply.d as never }
        : { kind: 'rejected', error: reply.error as ProtocolError };
    this.finish(reply.re, outcome as RequestOutcome<never>);
  }

  /** The connection is gone: every outcome is unknown. */
  abandon(): void {
    for (const id of [...this.pending.keys()]) this.finish(id, { kind: 'unknown' });
  }

  private finish(id: number, outcome: RequestOutcome<never>): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    this.pending.delete(id);
    pending.timer.cancel();
    pending.settle(outcome);
  }
}
