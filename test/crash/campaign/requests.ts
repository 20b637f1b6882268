import { NoAnswerError, requestHttp, type Fields, type RawReply } from '@verbatim/testing/scenario';
import type { Ack, Change, Send } from '../evidence.js';
import type { Device } from './person.js';

export type Answer =
  | { readonly kind: 'ok'; readonly d: Fields }
  | { readonly kind: 'refused'; readonly code: string }
  /** It may or may not have happened. */
  | { readonly kind: 'open'; readonly code: string };

const ofReply = (reply: RawReply): Answer => {
  if (reply.ok) return { kind: 'ok', d: reply.d };
  const { code, retryable } = reply.error;
  return { kind: retryable || code === 'internal' ? 'open' : 'refused', code };
};

const overSocket = async ({ socket }: Device, op: string, d: Fields): Promise<Answer> => {
  if (socket === null) throw new NoAnswerError('not connected');
  return ofReply(await socket.request(op, d));
};

type Route = { readonly method: 'POST' | 'PATCH' | 'DELETE'; readonly path: string; readonly body?: Fields };

const overHttp = async (url: string, { token }: Device, { method, path, body }: Route, id: string): Promise<Answer> => {
  const headers = { 'idempotency-key': id };
  const answer = await requestHttp(url, path, { method, token, headers, ...(body === undefined ? {} : { body }) });
  const d = (answer.body ?? {}) as Fields;
  if (answer.status < 300) return { kind: 'ok', d };
  const code = String(d['code']);
  return { kind: answer.status >= 500 || answer.status === 429 ? 'open' : 'refused', code };
};

const routeOf = ({ op, d, conversationId }: Change): Route => {
  const path = `/v1/conversations/${conversationId}`;
  if (op === 'group.rename') return { method: 'PATCH', path, body: { name: d['name'] } };
  if (op === 'member.add') return { method: 'POST', path: `${path}/members`, body: { userIds: d['userIds'] } };
  if (op === 'member.remove') return { method: 'DELETE', path: `${path}/members/${String(d['userId'])}` };
  return { method: 'POST', path: `${path}/${op === 'group.join' ? 'join' : 'leave'}`, body: {} };
};

export type Transport = 'socket' | 'http';

const ask = async (asked: Send | Change, request: Promise<Answer>, surprises: string[]): Promise<Answer> => {
  let answer: Answer;
  const isAlone = asked.triesUnderWay === 0;
  asked.triesUnderWay += 1;
  asked.tries += 1;
  const { tries } = asked;
  try {
    answer = await request;
  } catch (error) {
    asked.unanswered += 1;
    throw error;
  } finally {
    asked.triesUnderWay -= 1;
  }
  if (answer.kind === 'open') asked.unanswered += 1;
  if (answer.kind === 'refused' && isAlone && asked.tries === tries) asked.refusals.push(answer.code);
  if (answer.kind !== 'ok' && !EXPECTED_CODES.has(answer.code)) surprises.push(answer.code);
  return answer;
};

/** What may be answered to a well-formed command of the load. */
const EXPECTED_CODES = new Set(
  'conversation-not-found not-a-member not-the-owner busy unavailable overloaded behind log-full'.split(' '),
);

/** One try of a send. @throws NoAnswerError */
export const trySend = async (
  url: string,
  device: Device,
  send: Send,
  transport: Transport,
  surprises: string[],
): Promise<Answer> => {
  const { conversationId, clientMsgId, body } = send;
  const path = `/v1/conversations/${conversationId}/messages`;
  const request =
    transport === 'socket'
      ? overSocket(device, 'message.send', { conversationId, clientMsgId, body })
      : overHttp(url, device, { method: 'POST', path, body: { clientMsgId, body } }, clientMsgId);
  const answer = await ask(send, request, surprises);
  if (answer.kind === 'ok') send.acks.push(ackOf(answer.d, conversationId));
  return answer;
};

const ackOf = (d: Fields, conversationId: string): Ack => ({
  conversationId,
  seq: Number(d['seq']),
  messageId: String(d['messageId']),
  sentAt: String(d['sentAt']),
});

/** One try of a change of a group. @throws NoAnswerError */
export const tryChange = async (
  url: string,
  device: Device,
  change: Change,
  transport: Transport,
  surprises: string[],
): Promise<Answer> => {
  const { conversationId, commandId, op, d } = change;
  const request =
    transport === 'socket'
      ? overSocket(device, op, { conversationId, commandId, ...d })
      : overHttp(url, device, routeOf(change), commandId);
  const answer = await ask(change, request, surprises);
  if (answer.kind === 'ok') change.ackedSeqs.push(Number(answer.d['seq']));
  return answer;
};
