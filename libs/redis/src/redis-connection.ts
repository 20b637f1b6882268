/** What Redis answers to a command or a script: texts, whole numbers, nothing, or lists of these. */
export type RedisReply = string | number | null | readonly RedisReply[];

/** A script that runs inside Redis as one step. `source` is Lua for Redis 7.0. */
export type RedisScript = { readonly source: string; /** SHA-1 of the source, in hex. */ readonly digest: string };

/** Down, hung, overloaded, or it refused the command. Who gets this goes on without Redis. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
}

export type RedisListener = (message: string, channel: string) => void;

/**
 * Redis as the rest of the platform sees it: something that may be gone at any moment and comes back by itself. Nothing waits for it
 * longer than the limits say, and nothing is kept for it while it is gone.
 */
export interface RedisConnection {
  /** Whether commands have a chance at this moment. */
  readonly isUp: boolean;
  /** The number behind the slash of the URL. It parts keys; channels it does not, so their names hold it. */
  readonly database: number;
  /** @throws RedisUnavailableError at once while Redis is down, after COMMAND_LIMIT_MS while it hangs */
  send(command: readonly string[]): Promise<RedisReply>;
  /** @throws RedisUnavailableError like `send` */
  run(script: RedisScript, args: readonly string[]): Promise<RedisReply>;
  /** Calls back each time that commands have a chance again, not for the first connection. What Redis held may be gone. */
  onUp(listener: () => void): void;
  /** Calls back each time that they have none any more. */
  onDown(listener: () => void): void;
  close(): Promise<void>;
}

/** Messages of channels, on a connection of their own. At most once; those sent while it is away are lost. */
export interface RedisSubscriber {
  readonly isUp: boolean;
  /** Listens to a channel until `unsubscribe`, over all reconnections. Resolves when Redis knows, or cannot be told for now. */
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): void;
  /** Calls back each time that all channels are listened to again: messages in between are lost. */
  onUp(listener: () => void): void;
  close(): Promise<void>;
}
