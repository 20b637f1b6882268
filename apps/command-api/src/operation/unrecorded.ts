import type { ErrorCode } from '@verbatim/protocol';

/** Why nothing is known to be recorded of a command that no rule refused, whatever the stream it was for. */
export type Unrecorded =
  /** The id was used for another content. */
  | { readonly outcome: 'mismatch' }
  /** Not decided; try again. */
  | { readonly outcome: 'busy' }
  /** Nothing was written and nothing will be. */
  | { readonly outcome: 'refused'; readonly reason: 'log-full' | 'unavailable' }
  /** It may be written or not; the same id tells, later. */
  | { readonly outcome: 'unknown' };

export const codeOfUnrecorded = (unrecorded: Unrecorded): ErrorCode => {
  switch (unrecorded.outcome) {
    case 'mismatch':
      return 'idempotency-mismatch';
    case 'busy':
      return 'busy';
    case 'refused':
      return unrecorded.reason;
    case 'unknown':
      return 'unavailable';
  }
};
