import { type ErrorCode, type ErrorFacts, type OpResult, protocolError } from '@verbatim/protocol';

export const succeed = (status: number, d: object): OpResult => ({ ok: true, status, dText: JSON.stringify(d) });

export const succeedEmpty: OpResult = Object.freeze({ ok: true, status: 204, dText: '{}' });

export const fail = (code: ErrorCode, facts: ErrorFacts): OpResult => ({
  ok: false,
  error: protocolError(code, facts),
});
