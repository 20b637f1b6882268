import { NoAnswerError, requestHttp, type Fields } from '@verbatim/testing/scenario';
import type { Device } from '../../crash/campaign/person.js';
import type { Answer } from '../../crash/campaign/requests.js';
import type { Ledger, Try } from './ledger.js';

/** How long the clients of the scene wait for any answer; theirs is the 20 s of their transport, less what a timer may be late. */
export const SILENT_FROM_MS = 19_000;

const outcomeOf = (answer: Answer | null): Try['outcome'] => {
  if (answer === null || answer.kind === 'ok') return 'ok';
  return answer.kind === 'refused' ? 'refused' : 'try-again';
};

/** Writes a request into the ledger, whatever becomes of it. @returns null where nobody answered */
export const recorded = async (
  { tries }: Ledger,
  what: Try['what'],
  request: () => Promise<Answer | null>,
): Promise<Try['outcome']> => {
  const startedAtMs = performance.now();
  const note = (outcome: Try['outcome']): Try['outcome'] => {
    tries.push({ what, startedAtMs, tookMs: performance.now() - startedAtMs, outcome });
    return outcome;
  };
  try {
    return note(outcomeOf(await request()));
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    return note(performance.now() - startedAtMs >= SILENT_FROM_MS ? 'silent' : 'broken');
  }
};

/** Highest seq of a conversation that the device was pushed; null when none was since its last reset. */
const highestOf = ({ record }: Device, conversationId: string): number | null => {
  const lastReset = record.received.lastIndexOf('reset');
  const last = record.received.findLast((each) => each !== 'reset' && each.conversationId === conversationId);
  if (last === undefined || last === 'reset' || record.received.indexOf(last) < lastReset) return null;
  return last.seq;
};

/** A read that carries the device's cursor shows no older state than the device was shown: at whatever gateway it is asked. */
export const readBehindCursor = async (
  url: string,
  device: Device,
  conversationId: string,
  { staleReads }: Ledger,
): Promise<Answer> => {
  const { cursor, userId, token } = device;
  const known = highestOf(device, conversationId);
  const headers: Record<string, string> = cursor === undefined ? {} : { 'chat-cursor': cursor };
  const answer = await requestHttp(url, `/v1/conversations/${conversationId}`, { token, headers });
  const d = (answer.body ?? {}) as Fields;
  if (answer.status !== 200) return { kind: answer.status >= 500 ? 'open' : 'refused', code: String(d['code']) };
  const shown = Number(d['headSeq']);
  if (known !== null && cursor !== undefined && shown < known)
    staleReads.push({ userId, conversationId, shown, known });
  return { kind: 'ok', d };
};
