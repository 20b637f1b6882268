import type { IpClass, OperationCall } from '@verbatim/http-edge';
import { type Actor, roles } from '@verbatim/identity';
import { isUuid } from '@verbatim/platform';
import { type OperationName, operationNames, operations } from '@verbatim/protocol';

const TRACE_ID = /^[0-9a-f]{32}$/;
const ADDRESS_MAX_CHARACTERS = 64;
const CURSOR_MAX_CHARACTERS = 16_384;
/** Nobody waits longer for an answer. */
const WAIT_MAX_MS = 60_000;
const IP_CLASSES: readonly unknown[] = ['loopback', 'private', 'public'] satisfies readonly IpClass[];
const FIELDS = ['op', 'actor', 'd', 'traceId', 'address', 'ipClass', 'chatCursor'];

/** The operations that may come over the channel: those that command-api serves. */
const served: ReadonlySet<string> = new Set(
  operationNames.filter((name: OperationName) => operations[name].servedBy === 'command-api'),
);

export const callText = ({ op, actor, d, traceId, address, ipClass, chatCursor }: OperationCall): string =>
  JSON.stringify({ op, actor, d, traceId, address, ipClass, chatCursor });

/** A call as text, and how long its answer is still waited for: a duration, because no two clocks agree. */
export type SentCall = { readonly text: string; readonly waitMs: number };

export const batchText = (calls: readonly SentCall[]): string =>
  `{"calls":[${calls.map(({ text }) => text).join(',')}],"waitsMs":[${calls.map(({ waitMs }) => waitMs).join(',')}]}`;

/** Null when it is not what `batchText` makes. The fields of each call are still to be checked against its operation. */
export const callsOf = (body: unknown, maxCalls: number, nowMs: number): readonly OperationCall[] | null => {
  if (!isRecord(body) || Object.keys(body).length !== 2) return null;
  const { calls, waitsMs } = body;
  if (!Array.isArray(calls) || calls.length === 0 || calls.length > maxCalls) return null;
  if (!Array.isArray(waitsMs) || waitsMs.length !== calls.length || !waitsMs.every(isWait)) return null;
  if (!calls.every(isCall)) return null;
  return calls.map((call, index) => ({ ...call, answerBeforeMs: nowMs + (waitsMs[index] as number) }));
};

const isWait = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= WAIT_MAX_MS;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCall = (value: unknown): value is OperationCall => {
  if (!isRecord(value) || Object.keys(value).length !== FIELDS.length) return false;
  const { op, actor, d, traceId, address, ipClass, chatCursor } = value;
  if (typeof op !== 'string' || !served.has(op) || !isRecord(d)) return false;
  if (typeof traceId !== 'string' || !TRACE_ID.test(traceId) || !IP_CLASSES.includes(ipClass)) return false;
  if (!isTextUpTo(address, ADDRESS_MAX_CHARACTERS)) return false;
  if (chatCursor !== null && !isTextUpTo(chatCursor, CURSOR_MAX_CHARACTERS)) return false;
  return isActor(actor) || (actor === null && operations[op as OperationName].access === 'anyone');
};

const isTextUpTo = (value: unknown, maxCharacters: number): boolean =>
  typeof value === 'string' && value.length <= maxCharacters;

const isActor = (value: unknown): value is Actor => {
  if (!isRecord(value) || Object.keys(value).length !== 4) return false;
  const { userId, deviceId, sessionId, role } = value;
  return isUuid(userId) && isUuid(deviceId) && isUuid(sessionId) && (roles as readonly unknown[]).includes(role);
};
