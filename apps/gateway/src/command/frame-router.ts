import {
  MALFORMED_FRAMES_PER_MINUTE_MAX,
  decodeClientFrame,
  isSocketOperationName,
  operations,
  protocolError,
  socketOperationNames,
  type ClientRequest,
  type DecodedFrame,
  type ErrorCode,
  type ErrorDetail,
  type RequestId,
  type SocketOperationName,
} from '@verbatim/protocol';
import { checkRequest } from '@verbatim/protocol/schemas';
import type { OperationCall } from '@verbatim/http-edge';
import { IdentityError } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { authenticate, refresh, tryLater } from '../session/authenticate.js';
import type { SessionServices } from '../session/session-services.js';
import type { FrameReceiver, Session } from '../session/session.js';
import { createTraceIds } from '../session/trace-ids.js';

/** Refused frames in a minute after which a client that does not wait as told is closed. */
const REFUSED_FRAMES_PER_MINUTE_MAX = 2_000;
const RETRY_AFTER_MS = 1_000;

const servedHere: ReadonlySet<string> = new Set(
  socketOperationNames.filter((name) => operations[name].servedBy === 'gateway'),
);

/** From a frame to its reply: one switch, no decorators. */
export class FrameRouter implements FrameReceiver {
  readonly #nextTraceId = createTraceIds();

  constructor(private readonly services: () => SessionServices) {}

  /** False when the connection sends more than it may; it was told so, or closed. */
  admits(session: Session): boolean {
    const { wheel } = this.services();
    if (session.budget.take(wheel.now)) return true;
    if (session.refused.add(wheel.now) > REFUSED_FRAMES_PER_MINUTE_MAX) session.close('rate-limited');
    return false;
  }

  /** @param text null for a binary frame */
  receive(session: Session, text: string | null): void {
    const frame: DecodedFrame = text === null ? malformed : decodeClientFrame(text);
    if (!this.admits(session)) return this.#refuse(session, frame.ok ? frame.request.id : frame.re);
    if (frame.ok) return this.#route(session, frame.request);
    this.#fail(session, frame.re, frame.code, frame.code === 'invalid-request' ? frame.details : undefined);
    if (frame.code === 'malformed-frame') this.#countMalformed(session);
  }

  #route(session: Session, { id, op, d }: ClientRequest): void {
    if (op === 'ping') return this.#ping(session, id, d);
    if (op === 'auth') return this.#auth(session, id, d);
    if (session.phase !== 'live') return this.#fail(session, id, 'not-authenticated');
    if (!isSocketOperationName(op)) return this.#fail(session, id, 'unknown-op');
    const checked = checkRequest(op, d);
    if (!checked.ok) return this.#fail(session, id, 'invalid-request', checked.details);
    if (session.inFlight >= this.services().limits.inFlightMax) return this.#refuse(session, id);
    void this.#execute(session, id, op, checked.value as OperationCall['d']);
  }

  async #execute(session: Session, id: RequestId, op: SocketOperationName, d: OperationCall['d']): Promise<void> {
    const { address, ipClass, actor } = session;
    const traceId = this.#nextTraceId();
    const call: OperationCall = { op, actor, d, traceId, address, ipClass, chatCursor: null };
    const startedAtMs = performance.now();
    session.inFlight += 1;
    try {
      const result = await this.#run(session, op, call);
      if (result.ok) session.reply(id, result.dText);
      else session.fail(id, result.error);
    } catch (error) {
      if (error instanceof IdentityError) return session.fail(id, protocolError(error.code, { traceId }));
      this.services().onError(error, traceId);
      session.fail(id, protocolError('internal', { traceId }));
    } finally {
      session.inFlight -= 1;
      this.services().metrics.replied(startedAtMs);
    }
  }

  async #run(session: Session, op: SocketOperationName, call: OperationCall): Promise<OpResult> {
    const { commands, limit, operations: own } = this.services();
    const pending = limit(operations[op], call);
    const decision = pending instanceof Promise ? await pending : pending;
    if (decision?.allowed === false) {
      const { retryAfterMs } = decision;
      return { ok: false, error: protocolError('rate-limited', { traceId: call.traceId, retryAfterMs }) };
    }
    if (op === 'auth.refresh') return refresh(this.services(), session, call);
    return servedHere.has(op) ? own.onSocket(call, session.subscriber) : commands(call);
  }

  #ping(session: Session, id: RequestId, d: object): void {
    const checked = checkRequest('ping', d as Readonly<Record<string, unknown>>);
    if (!checked.ok) return this.#fail(session, id, 'invalid-request', checked.details);
    const { subscriber } = session;
    if (subscriber === null || !subscriber.isLive) return session.reply(id, `{"n":${subscriber?.pushes ?? 0}}`);
    session.reply(id, `{"cur":"${this.services().membership.liveCursor(subscriber)}","n":${subscriber.pushes}}`);
  }

  #auth(session: Session, id: RequestId, d: object): void {
    const checked = checkRequest('auth', d as Readonly<Record<string, unknown>>);
    if (!checked.ok) return this.#fail(session, id, 'invalid-request', checked.details);
    // A second one is out of place, whether the first is still on its way or through.
    if (session.phase !== 'greeting')
      return this.#fail(session, id, 'invalid-request', [{ path: '', code: 'conflict' }]);
    const traceId = this.#nextTraceId();
    authenticate(this.services(), session, id, checked.value, traceId).catch((error: unknown) => {
      if (error instanceof IdentityError) return tryLater(session);
      this.services().onError(error, traceId);
      session.fail(id, protocolError('internal', { traceId }));
      session.close('server-error');
    });
  }

  #countMalformed(session: Session): void {
    const { wheel } = this.services();
    if (session.malformed.add(wheel.now) >= MALFORMED_FRAMES_PER_MINUTE_MAX) session.close('protocol-error');
  }

  #refuse(session: Session, id: RequestId | null): void {
    session.fail(id, protocolError('rate-limited', { traceId: this.#nextTraceId(), retryAfterMs: RETRY_AFTER_MS }));
  }

  #fail(session: Session, id: RequestId | null, code: ErrorCode, details?: readonly ErrorDetail[]): void {
    const traceId = this.#nextTraceId();
    session.fail(id, protocolError(code, details === undefined ? { traceId } : { traceId, details }));
  }
}

const malformed = { ok: false, re: null, code: 'malformed-frame' } as const;
