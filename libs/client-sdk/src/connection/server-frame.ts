import { isWireEventName } from '@verbatim/protocol';
import type { Push } from '@verbatim/protocol';
import type { Reply } from './request-table.js';

export type ServerFrame =
  | { readonly kind: 'push'; readonly push: Push }
  /** An `ev` of a later version of the protocol: ignored, but counted, as the server counts it. */
  | { readonly kind: 'unknown-push'; readonly cur: string | undefined }
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'malformed' };

type Loose = { readonly [key: string]: unknown };

const parse = (data: unknown): unknown => {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an event of a conversation cannot be without; a seq that is no whole number would break the order for ever. */
const hasPlace = (d: Loose): boolean =>
  typeof d['conversationId'] === 'string' && Number.isSafeInteger(d['seq']) && (d['seq'] as number) >= 0;

const pushOf = (frame: Loose): ServerFrame => {
  const { ev, cur, d } = frame;
  if (typeof ev !== 'string' || !isObject(d) || !(cur === undefined || typeof cur === 'string')) {
    return { kind: 'malformed' };
  }
  if (!isWireEventName(ev)) return { kind: 'unknown-push', cur };
  if ('seq' in d && !hasPlace(d)) return { kind: 'malformed' };
  return { kind: 'push', push: frame as unknown as Push };
};

/** Reads one frame of the server. Never throws, whatever came. */
export const decodeServerFrame = (data: unknown): ServerFrame => {
  const frame = parse(data);
  if (!isObject(frame)) return { kind: 'malformed' };
  if (!('re' in frame)) return pushOf(frame);
  const wellFormed = frame['ok'] === true ? isObject(frame['d']) : isObject(frame['error']);
  return wellFormed ? { kind: 'reply', reply: frame as unknown as Reply } : { kind: 'malformed' };
};
