import type { Change, Evidence, Finding, Send, StoredEvent } from '../evidence.js';

export type Checker = (evidence: Evidence) => readonly Finding[];

const placeOf = (conversationId: string, seq: number): string => `conversation-${conversationId}@${seq}`;
const finding = (checker: string, text: string): Finding => ({ checker, text });

const byPlace = (log: readonly StoredEvent[]): ReadonlyMap<string, StoredEvent> =>
  new Map(log.map((event) => [`${event.streamName}@${event.revision}`, event]));

const isMessageOf = (event: StoredEvent | undefined, send: Send, ack: Send['acks'][number]): boolean =>
  event?.type === 'MessageSent' &&
  event.data['messageId'] === ack.messageId &&
  event.data['sentAt'] === ack.sentAt &&
  event.data['clientMsgId'] === send.clientMsgId &&
  event.data['senderId'] === send.actorId &&
  event.data['body'] === send.body;

/** Whatever was acknowledged is in the log, at the place that the acknowledgement named. */
export const lostAcks: Checker = ({ log, sends }) => {
  const stored = byPlace(log);
  return sends.flatMap((send) =>
    send.acks
      .filter((ack) => !isMessageOf(stored.get(placeOf(ack.conversationId, ack.seq)), send, ack))
      .map((ack) => finding('lost-ack', `${send.clientMsgId} was acknowledged as ${ack.conversationId}@${ack.seq}`)),
  );
};

/** Every try of one send gets the same answer. */
export const differingAcks: Checker = ({ sends }) =>
  sends
    .filter(({ acks }) => new Set(acks.map((ack) => JSON.stringify(ack))).size > 1)
    .map(({ clientMsgId, acks }) => finding('differing-acks', `${clientMsgId}: ${JSON.stringify(acks)}`));

/** One client message id of one sender in one conversation is one message. */
export const duplicates: Checker = ({ log }) => {
  const seen = new Set<string>();
  return log.flatMap(({ streamName, revision, type, data }) => {
    if (type !== 'MessageSent') return [];
    const key = `${streamName} ${String(data['senderId'])} ${String(data['clientMsgId'])}`;
    if (seen.has(key)) return [finding('duplicate', `${key} again at ${revision}`)];
    seen.add(key);
    return [];
  });
};

/** Revisions of a stream and rows of the log have no holes. */
export const holes: Checker = ({ log }) => {
  const heads = new Map<string, number>();
  return log.flatMap(({ row, streamName, revision }, index) => {
    const expected = (heads.get(streamName) ?? -1) + 1;
    heads.set(streamName, revision);
    const isDense = revision === expected && row === (log[index - 1]?.row ?? 0) + 1;
    return isDense ? [] : [finding('hole', `row ${row}: ${streamName}@${revision}, expected ${expected}`)];
  });
};

const keyOfSend = ({ conversationId, actorId, clientMsgId }: Send): string =>
  `conversation-${conversationId} ${actorId} ${clientMsgId}`;

/** What is in the log was sent by somebody, as it stands there; what was refused is not there. */
export const phantoms: Checker = ({ log, sends, changes }) => {
  const invoked = new Map(sends.map((send) => [keyOfSend(send), send]));
  const refused = new Set(changes.filter(isRefused).map(({ commandId }) => commandId));
  return log.flatMap(({ streamName, revision, type, data, commandId }) => {
    const place = `${streamName}@${revision}`;
    if (refused.has(commandId)) return [finding('phantom', `${place}: ${type} was refused`)];
    if (type !== 'MessageSent') return [];
    const send = invoked.get(`${streamName} ${String(data['senderId'])} ${String(data['clientMsgId'])}`);
    if (send === undefined || send.body !== data['body']) return [finding('phantom', `${place} was never sent`)];
    const { refusals, acks, unanswered } = send;
    const tries = `${acks.length} acks, ${unanswered} tries without an answer`;
    return refusals.length === 0 ? [] : [finding('phantom', `${place} was refused: ${refusals.join()} (${tries})`)];
  });
};

const isRefused = ({ refusals }: Change): boolean => refusals.length > 0;

/** An acknowledged change stands where the answer said, unless it changed nothing; then the answer named the head. */
export const lostChanges: Checker = ({ log, changes }) => {
  const heads = new Map<string, number>();
  const places = new Map<string, StoredEvent>();
  for (const event of log) {
    heads.set(event.streamName, event.revision);
    if (event.type !== 'MessageSent') places.set(`${event.streamName} ${event.commandId}`, event);
  }
  return changes.flatMap(({ conversationId, commandId, op, ackedSeqs }) => {
    const stream = `conversation-${conversationId}`;
    const place = places.get(`${stream} ${commandId}`);
    const isWrong = (seq: number): boolean =>
      place === undefined ? seq > (heads.get(stream) ?? -1) : seq !== place.revision;
    const wrong = ackedSeqs.filter(isWrong);
    return wrong.map((seq) => finding('lost-change', `${op} ${commandId} was acknowledged as ${stream}@${seq}`));
  });
};

/** Answers that no client should get. */
export const surprises: Checker = (evidence) => evidence.surprises.map((text) => finding('surprise', text));
