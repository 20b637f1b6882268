import type { Delivery, DeviceRecord, Finding } from '../evidence.js';
import { foldLog, type FoldedConversation, type FoldedLog } from '../folded-log.js';
import type { Checker } from './log-checkers.js';

const finding = (checker: string, text: string): Finding => ({ checker, text });

const nameOf = ({ userId }: DeviceRecord, { ev, conversationId, seq }: Delivery): string =>
  `${userId} got ${ev} ${conversationId}@${seq}`;

const eachDelivery = function* (devices: readonly DeviceRecord[]): Generator<readonly [DeviceRecord, Delivery]> {
  for (const device of devices)
    for (const received of device.received) if (received !== 'reset') yield [device, received];
};

const sameFields = (expected: Readonly<Record<string, unknown>>, text: string): boolean => {
  const shown = JSON.parse(text) as Record<string, unknown>;
  const fields = Object.entries(expected).filter(([name]) => name !== 'type' && name in shown);
  return fields.length > 2 && fields.every(([name, value]) => JSON.stringify(value) === JSON.stringify(shown[name]));
};

/** A delivered event is the one that the log has at its place, on every device and for ever. */
export const wrongDeliveries: Checker = ({ log, devices }) => {
  const folded = foldLog(log);
  const right = new Map<string, string>();
  const isRight = ({ ev, conversationId, seq, text }: Delivery): boolean => {
    const key = `${conversationId}@${seq}`;
    if (right.get(key) === text) return true;
    const item = folded.get(conversationId)?.items.get(seq);
    if (item === undefined || item.type !== ev || !sameFields(item, text)) return false;
    if (!right.has(key)) right.set(key, text);
    return right.get(key) === text;
  };
  return [...eachDelivery(devices)]
    .filter(([, delivery]) => delivery.ev !== 'hidden' && !isRight(delivery))
    .map(([device, delivery]) => finding('wrong-delivery', nameOf(device, delivery)));
};

const isDuringStay = (conversation: FoldedConversation | undefined, userId: string, seq: number): boolean =>
  (conversation?.stays.get(userId) ?? []).some(({ from, to }) => from <= seq && (to === null || seq <= to));

/** Nobody is sent anything from outside his stays; his own removal is the last he sees. */
export const leaks: Checker = ({ log, devices }) => {
  const folded = foldLog(log);
  return [...eachDelivery(devices)]
    .filter(([, { ev }]) => ev !== 'hidden')
    .filter(([{ userId }, { conversationId, seq }]) => !isDuringStay(folded.get(conversationId), userId, seq))
    .map(([device, delivery]) => finding('leak', nameOf(device, delivery)));
};

/** Follows one device: every conversation contiguous from the first event seen, from a reset, or from the user's own coming. */
const gapsOf = (device: DeviceRecord, folded: FoldedLog): readonly Finding[] => {
  const heads = new Map<string, number>();
  const gaps: Finding[] = [];
  for (const received of device.received) {
    if (received === 'reset') {
      heads.clear();
      continue;
    }
    const { conversationId, seq } = received;
    const head = heads.get(conversationId);
    const isOwnComing =
      folded
        .get(conversationId)
        ?.stays.get(device.userId)
        ?.some(({ from }) => from === seq) === true;
    if (head !== undefined && seq > head + 1 && !isOwnComing)
      gaps.push(finding('gap', `${nameOf(device, received)} after ${head}`));
    heads.set(conversationId, Math.max(head ?? -1, seq));
  }
  if (!device.isOnline) return gaps;
  const missed = [...heads].filter(([conversationId, head]) => {
    const conversation = folded.get(conversationId);
    return conversation?.members.has(device.userId) === true && head < conversation.headSeq;
  });
  return [...gaps, ...missed.map(([id, head]) => finding('missed', `${device.userId} got ${id} up to ${head} only`))];
};

/** A device that resumes misses nothing, and one that is online has everything. */
export const gaps: Checker = ({ log, devices }) => {
  const folded = foldLog(log);
  return devices.flatMap((device) => gapsOf(device, folded));
};
