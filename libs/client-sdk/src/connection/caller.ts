import type { ReplyOf, RequestOf, SocketOperationName } from '@verbatim/protocol';

/** Calls that outlive a connection. */
export interface Caller {
  /**
   * Sends the request until it is answered, over reconnects too, with the same ids.
   * Throws RequestRejectedError, OutcomeUnknownError, NotSentError or ClientClosedError.
   */
  call<Name extends SocketOperationName>(op: Name, d: RequestOf<Name>): Promise<ReplyOf<Name>>;
  /** Resolves at once when live, else with the next live connection; throws ClientClosedError when there will be none. */
  whenLive(): Promise<void>;
}
