import type { OperationCall } from '@verbatim/http-edge';
import { protocolError, type AuthRequest, type ErrorCode, type OpResult, type RequestId } from '@verbatim/protocol';
import type { Connected } from '../delivery/connector.js';
import { goAway, notice } from '../delivery/outgoing.js';
import { writeReplay } from '../delivery/replay.js';
import { Subscriber } from '../delivery/subscriber.js';
import { closeReasonOf, type VerifiedToken } from './session-authority.js';
import type { SessionServices } from './session-services.js';
import type { Session } from './session.js';

/** A gateway that cannot take a client in now sends it away for a random time up to this. */
const TRY_LATER_MAX_MS = 2_000;

let connections = 0;

/** Runs `auth`: verify, register, check that the session is active, connect to the log, reply, replay, go live. */
export const authenticate = async (
  services: SessionServices,
  session: Session,
  id: RequestId,
  request: AuthRequest,
  traceId: string,
): Promise<void> => {
  session.phase = 'authenticating';
  const token = await services.authority.verify(request.token);
  if (isOver(session)) return;
  if (!token.ok) return refuse(session, id, token.code, traceId);
  if (request.deviceId !== undefined && request.deviceId !== token.actor.deviceId) {
    session.fail(id, protocolError('subject-mismatch', { traceId }));
    return session.close('bad-token');
  }
  const subscriber = new Subscriber(String((connections += 1)), token.actor, session);
  if (!register(services, session, subscriber)) {
    session.fail(id, protocolError('too-many-sessions', { traceId }));
    return session.close('too-many-sessions');
  }
  if (!(await services.authority.isActive(token.actor))) return refuse(session, id, 'session-ended', traceId);
  if (isOver(session)) return;
  session.subscriber = subscriber;
  const connected = await services.membership.attach(subscriber, request.cursor ?? null);
  if (isOver(session)) return;
  if (connected.outcome === 'try-later') return tryLater(session);
  session.expiresAt(token.expiresAtMs);
  await begin(services, session, subscriber, id, connected);
};

const isOver = ({ phase }: Session): boolean => phase === 'over';

const refuse = (
  session: Session,
  id: RequestId,
  code: Extract<VerifiedToken, { ok: false }>['code'],
  traceId: string,
): void => {
  session.fail(id, protocolError(code, { traceId }));
  session.close(closeReasonOf[code]);
};

/** Before the session is asked to be active: a revocation from here on finds the connection. */
const register = ({ directory }: SessionServices, session: Session, { actor }: Subscriber): boolean => {
  const connection = { actor, isSocket: true, end: session.close.bind(session) };
  if (!directory.register(connection)) return false;
  session.registered = connection;
  return true;
};

/** Nobody can tell now whether the client may come in: it is sent away for a moment. */
export const tryLater = (session: Session): void => {
  session.write(goAway(TRY_LATER_MAX_MS));
  session.close('server-error');
};

/** The reply comes first, then what was missed, then `synced`, then what came meanwhile. */
const begin = async (
  { clock }: SessionServices,
  session: Session,
  subscriber: Subscriber,
  id: RequestId,
  { resume, cursor, replay, reason, liveFrom, liveCursor }: Connected,
): Promise<void> => {
  const { sessionId, userId } = subscriber.actor;
  session.reply(id, JSON.stringify({ sessionId, userId, resume, cursor, serverTime: clock.nowIso() }));
  session.phase = 'live';
  if (reason !== null) session.write(notice('reset', { reason }));
  await writeReplay(subscriber, replay, () => session.outbox.drained());
  subscriber.seenPosition = liveFrom?.position ?? null;
  if (resume === 'replayed') session.write(notice('synced', { cursor: liveCursor }));
  subscriber.goLive();
};

/** `auth.refresh`: a fresh token of the same session goes on in place; another subject's does not. */
export const refresh = async (
  { authority }: SessionServices,
  session: Session,
  { d, actor, traceId }: OperationCall,
): Promise<OpResult> => {
  const refusal = (code: ErrorCode): OpResult => ({ ok: false, error: protocolError(code, { traceId }) });
  const token = await authority.verify((d as { token: string }).token);
  if (!token.ok) return refusal(token.code);
  const isSame = (['userId', 'deviceId', 'sessionId'] as const).every((field) => token.actor[field] === actor?.[field]);
  if (!isSame) return refusal('subject-mismatch');
  if (!(await authority.isActive(token.actor))) return refusal('session-ended');
  session.expiresAt(token.expiresAtMs);
  return { ok: true, status: 200, dText: JSON.stringify({ expiresAt: new Date(token.expiresAtMs).toISOString() }) };
};
