import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { traceIdFrom, type LimitDecision, type OriginPolicy } from '@verbatim/http-edge';
import { FRAME_MAX_BYTES, SUBPROTOCOL, protocolError, type ErrorCode } from '@verbatim/protocol';
import { WebSocket, WebSocketServer, type ServerOptions } from 'ws';
import type { Admission } from './admission.js';
import { refuseUpgrade } from './refuse-upgrade.js';
import { refusalOf } from './upgrade-check.js';

/** What a connection does with what arrives; the listeners are shared by all sockets. */
export interface SocketOwner {
  onText(data: Buffer): void;
  onBinary(): void;
  onPing(data: Buffer): void;
  onClose(): void;
}

/** A WebSocket that knows its owner, so that no socket needs closures of its own. */
export class ClientSocket extends WebSocket {
  owner: SocketOwner | null = null;
}

export type SocketServerOptions = {
  readonly origins: OriginPolicy;
  readonly admission: Admission;
  /** Counts one more connection of an address. */
  readonly limit: (address: string, traceId: string) => LimitDecision | null | Promise<LimitDecision | null>;
  readonly addressOf: (request: IncomingMessage) => string;
  /** Takes over a socket that was upgraded, and its place in the admission. `raw` is the TCP socket beneath, for prepared frames. */
  readonly onConnection: (socket: ClientSocket, raw: Socket, address: string) => SocketOwner;
  /** Told of every failure that no client caused. */
  readonly onError: (error: unknown, traceId: string) => void;
};

type Refuse = (code: ErrorCode, wait?: { readonly retryAfterMs: number }) => void;

/** One message may come in so many fragments and pieces: the library's defaults let a peer pin 13 MB. */
const FRAGMENTS_MAX = 64;
const BUFFERED_CHUNKS_MAX = 1_024;
/** A peer that does not answer our close frame is cut off. */
const CLOSE_TIMEOUT_MS = 5_000;

/** `closeTimeout` is documented by the library and missing in its types. */
const serverOptions: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  WebSocket: ClientSocket as typeof WebSocket,
  maxPayload: FRAME_MAX_BYTES,
  maxFragments: FRAGMENTS_MAX,
  maxBufferedChunks: BUFFERED_CHUNKS_MAX,
  closeTimeout: CLOSE_TIMEOUT_MS,
  perMessageDeflate: false,
  clientTracking: false,
  autoPong: false,
  handleProtocols: () => SUBPROTOCOL,
};

export type AcceptedSockets = {
  /** From here on a socket is refused as `unavailable`: another gateway will take it. */
  readonly refuse: () => void;
  readonly close: () => void;
};

/** Takes the upgrade requests of an HTTP server: everything is checked before the first byte of WebSocket. */
export const acceptSockets = (server: Server, options: SocketServerOptions): AcceptedSockets => {
  const sockets = new WebSocketServer(serverOptions);
  let isRefusing = false;
  const onUpgrade = (request: IncomingMessage, duplex: Duplex, head: Buffer): void => {
    const raw = duplex as Socket;
    const traceId = traceIdFrom(request.headers.traceparent);
    const refuse: Refuse = (code, wait) => refuseUpgrade(raw, protocolError(code, { traceId, ...wait }));
    const refusal = refusalOf(request, options.origins);
    if (refusal !== null) return refuse(refusal);
    if (isRefusing) return refuse('unavailable');
    const address = options.addressOf(request);
    // Until the count is known nobody else listens to the socket, and an error that nobody hears ends the process.
    raw.on('error', onError);
    void admits(options, address, traceId, refuse).then((isAdmitted) => {
      raw.off('error', onError);
      if (!isAdmitted) return;
      if (isRefusing) refuse('unavailable');
      else takeOver(request, raw, head, address, refuse);
    });
  };
  const takeOver = (request: IncomingMessage, raw: Socket, head: Buffer, address: string, refuse: Refuse): void => {
    const full = options.admission.enter(address);
    if (full !== null) return refuse(full);
    let isTakenOver = false;
    sockets.handleUpgrade(request, raw, head, (upgraded) => {
      const socket = upgraded as ClientSocket;
      isTakenOver = true;
      socket.owner = options.onConnection(socket, raw, address);
      listen(socket);
    });
    if (!isTakenOver) options.admission.leave(address); // the peer hung up meanwhile: there is nobody to leave later
  };
  server.on('upgrade', onUpgrade);
  return {
    refuse: () => {
      isRefusing = true;
    },
    close: () => {
      server.off('upgrade', onUpgrade);
      sockets.close();
    },
  };
};

/** Whether the address may open one more connection now; answers it when not. */
const admits = async (
  { limit, onError: tell }: SocketServerOptions,
  address: string,
  traceId: string,
  refuse: Refuse,
): Promise<boolean> => {
  try {
    const decision = await limit(address, traceId);
    if (decision === null || decision.allowed) return true;
    refuse('rate-limited', { retryAfterMs: decision.retryAfterMs });
  } catch (error) {
    tell(error, traceId);
    refuse('internal');
  }
  return false;
};

const listen = (socket: ClientSocket): void => {
  socket.on('message', onMessage).on('ping', onPing).on('close', onClose).on('error', onError);
};

// `this` is the socket that emits. The library hands text over as one Buffer, checked to be UTF-8.
function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  const { owner } = this as ClientSocket;
  if (isBinary) owner?.onBinary();
  else owner?.onText(data as Buffer);
}
function onPing(this: WebSocket, data: Buffer): void {
  (this as ClientSocket).owner?.onPing(data);
}
function onClose(this: WebSocket): void {
  const socket = this as ClientSocket;
  socket.owner?.onClose();
  socket.owner = null;
}
/** The library closes with the right code (1002, 1007, 1009) by itself; what is left is not to crash. */
function onError(): void {}
