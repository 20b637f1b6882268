/** `data` on `message`, the others on `close`. */
export type SocketEvent = {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
};

/** The part of the WebSocket interface that is used: a browser's, Node's own, or that of the package `ws`. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: SocketEvent) => void): void;
}
export type SocketConstructor = new (url: string, protocols: string) => SocketLike;
