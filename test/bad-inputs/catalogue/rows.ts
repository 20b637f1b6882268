import type { ErrorCode, OperationName } from '@verbatim/protocol';
import type { HeaderFields } from '@verbatim/testing/scenario';

/**
 * Texts of rows name what exists by `{direct}`, `{group}`, `{ada}`, `{bob}`, `{stranger}`: two conversations of ada's, the user
 * ids of her, of her friend and of somebody she shares nothing with.
 */
export const PLACES = ['direct', 'group', 'ada', 'bob', 'stranger'] as const;
export type Places = Readonly<Record<(typeof PLACES)[number], string>>;

/** A request over HTTP, byte for byte, on a connection of its own. */
export type HttpRow = {
  readonly name: string;
  /** Method and target; HTTP/1.1 follows. */
  readonly line: string;
  /** On top of `Host` and `Connection: close`. */
  readonly headers?: HeaderFields;
  readonly body?: string | Buffer;
  /** Whether ada's token goes along; it does unless told otherwise. */
  readonly token?: false;
  readonly status: number;
  /** Null: the answer is no problem document. */
  readonly code: ErrorCode | null;
  /** Response headers that must have this value; null: that must not be there. */
  readonly answers?: Readonly<Record<string, string | null>>;
};

/** Bytes on an upgraded connection that ada is authenticated on; the server closes it with the code. */
export type FrameRow = { readonly name: string; readonly bytes: Buffer; readonly close: number };

/** One text or binary message on a socket that stays open, before or after `auth`. */
export type MessageRow = {
  readonly name: string;
  readonly at: 'greeting' | 'live';
  readonly message: string | Buffer;
  readonly re: number | null;
  readonly code: ErrorCode;
};

/** An operation with ada's token over HTTP and on her socket: both answer the same. */
export type OperationRow = {
  readonly name: string;
  readonly op: OperationName;
  readonly d: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly code: ErrorCode;
};

/** The row with its places filled in. Whatever is no text or plain structure stays as it is. */
export const placed = <Value>(value: Value, places: Places): Value => {
  const fill = (each: unknown): unknown => {
    if (typeof each === 'string')
      return PLACES.reduce((text, place) => text.replaceAll(`{${place}}`, places[place]), each);
    if (Array.isArray(each)) return each.map(fill);
    if (typeof each !== 'object' || each === null || Buffer.isBuffer(each)) return each;
    return Object.fromEntries(Object.entries(each).map(([key, of]) => [key, fill(of)]));
  };
  return fill(value) as Value;
};
