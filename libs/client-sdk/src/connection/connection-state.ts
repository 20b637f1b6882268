import type { ErrorCode } from '@verbatim/protocol';

/** Why there will be no further attempt. */
export type ClosedReason =
  | { readonly kind: 'not-started' }
  | { readonly kind: 'by-application' }
  /** The server forbids reconnecting: a close code of 4500–4999. */
  | { readonly kind: 'refused'; readonly code: number; readonly text: string }
  /** No session is left: log in and connect again. */
  | { readonly kind: 'signed-out'; readonly code: ErrorCode | 'no-session' };

/**
 * `connecting → authenticating → replaying → live`; from each of them `backing-off`, and from there `connecting`.
 * `replaying`: what was missed is arriving, or the inbox is loading. Requests are sent when `live`.
 */
export type ConnectionState =
  | { readonly status: 'connecting'; readonly attempt: number }
  | { readonly status: 'authenticating' }
  | { readonly status: 'replaying' }
  | { readonly status: 'live' }
  | { readonly status: 'backing-off'; readonly delayMs: number; readonly code: number; readonly text: string }
  | { readonly status: 'closed'; readonly reason: ClosedReason };
