import { closeCodes, HEARTBEAT_INTERVAL_MS, SUBPROTOCOL } from '@verbatim/protocol';
import type { HelloData, Push, RequestOf, SocketOperationName } from '@verbatim/protocol';
import type { Runtime, Timer } from '../kernel/runtime.js';
import type { ClientLimits } from '../options.js';
import { Heartbeat } from './heartbeat.js';
import { RequestTable } from './request-table.js';
import type { RequestOutcome } from './request-table.js';
import { decodeServerFrame } from './server-frame.js';
import type { SocketConstructor, SocketLike } from './socket-like.js';

export type LinkEnd = { readonly code: number; readonly reason: string };

export type LinkPorts = {
  readonly runtime: Runtime;
  readonly limits: ClientLimits;
  readonly hello: (hello: HelloData) => void;
  readonly push: (push: Push) => void;
  readonly proved: (cursor: string) => void;
  readonly frameDropped: () => void;
  /** Once, whoever ended it. */
  readonly ended: (end: LinkEnd) => void;
};

/** As browsers say when the line was cut without a close frame. */
const CUT_LINE = 1006;

/** One socket from opening to its end: frames, requests, heartbeats. Knows nothing of what came before it. */
export class SocketLink {
  private readonly socket: SocketLike;
  private readonly requests: RequestTable;
  private readonly helloTimer: Timer;
  private heartbeat: Heartbeat | undefined;
  private pushesWithCursor = 0;
  private over = false;

  constructor(
    Socket: SocketConstructor,
    url: string,
    private readonly ports: LinkPorts,
  ) {
    const { runtime, limits } = ports;
    this.requests = new RequestTable(runtime, limits.requestsInFlightMax, (text) => this.write(text));
    this.helloTimer = runtime.after(limits.helloTimeoutMs, () => this.close('heartbeat-timeout', 'no hello'));
    this.socket = new Socket(url, SUBPROTOCOL);
    this.socket.addEventListener('message', (event) => this.read(event.data));
    this.socket.addEventListener('close', (event) =>
      this.end({ code: event.code ?? CUT_LINE, reason: event.reason ?? '' }),
    );
    // Always followed by `close`, which says more; without a listener `ws` would throw.
    this.socket.addEventListener('error', () => undefined);
  }

  send<Name extends SocketOperationName>(op: Name, d: RequestOf<Name>): Promise<RequestOutcome<Name>> {
    return this.requests.send(op, d, this.ports.limits.requestTimeoutMs);
  }

  /** The outcome is handled before the next frame is. */
  start<Name extends SocketOperationName>(
    op: Name,
    d: RequestOf<Name>,
    timeoutMs: number,
    settle: (outcome: RequestOutcome<Name>) => void,
  ): void {
    this.requests.start(op, d, timeoutMs, settle);
  }

  /**
   * Ends the link at once. The peer of a half-open connection never answers the close frame, so nothing is waited for.
   */
  close(reason: keyof typeof closeCodes | 'normal', text: string): void {
    const code = reason === 'normal' ? 1000 : closeCodes[reason].code;
    try {
      this.socket.close(code, text);
    } catch {
      // Not yet open in some runtimes: the socket is abandoned, and its later events find the link over.
    }
    this.end({ code, reason: text });
  }

  private write(text: string): boolean {
    if (this.over) return false;
    try {
      this.socket.send(text);
      return true;
    } catch {
      return false;
    }
  }

  private read(data: unknown): void {
    if (this.over) return;
    this.heartbeat?.heard();
    const frame = decodeServerFrame(data);
    if (frame.kind === 'malformed') return this.close('resync-required', 'unreadable frame');
    if (frame.kind === 'reply') return this.requests.settle(frame.reply);
    const cursor = frame.kind === 'push' ? frame.push.cur : frame.cur;
    if (cursor !== undefined) this.pushesWithCursor += 1;
    if (frame.kind === 'push') this.route(frame.push);
  }

  private route(push: Push): void {
    if (push.ev === 'hello') this.greet(push.d);
    else this.ports.push(push);
  }

  private greet(hello: HelloData): void {
    const { runtime, limits, proved, frameDropped } = this.ports;
    this.helloTimer.cancel();
    this.heartbeat?.stop();
    this.heartbeat = new Heartbeat(
      {
        runtime,
        ping: (settle) => this.start('ping', {}, limits.requestTimeoutMs, settle),
        pushesCounted: () => this.pushesWithCursor,
        proved,
        frameDropped: () => {
          frameDropped();
          this.close('resync-required', 'a push was lost');
        },
        silent: () => this.close('heartbeat-timeout', 'silence'),
      },
      hello.heartbeatMs > 0 ? hello.heartbeatMs : HEARTBEAT_INTERVAL_MS,
      limits.silenceHeartbeats,
    );
    this.ports.hello(hello);
  }

  private end(end: LinkEnd): void {
    if (this.over) return;
    this.over = true;
    this.helloTimer.cancel();
    this.heartbeat?.stop();
    this.requests.abandon();
    this.ports.ended(end);
  }
}
