import { protocolError, type ErrorCode, type OpResult } from '@verbatim/protocol';

/** Thrown inside an operation of the gateway; becomes its error reply. */
export class OperationError extends Error {
  override readonly name = 'OperationError';

  constructor(readonly code: ErrorCode) {
    super(code);
  }
}

export const ok = (d: object): OpResult => okText(JSON.stringify(d));
/** `dText` is JSON text already. */
export const okText = (dText: string): OpResult => ({ ok: true, status: 200, dText });
export const noContent: OpResult = { ok: true, status: 204, dText: '' };
export const failed = (code: ErrorCode, traceId: string): OpResult => ({
  ok: false,
  error: protocolError(code, { traceId }),
});
