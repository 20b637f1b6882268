import type { Fields } from '@verbatim/testing/scenario';
import type { ConversationView, Finding, UserView } from '../evidence.js';
import { foldLog, type FoldedConversation, type FoldedLog, type Standing } from '../folded-log.js';
import type { Checker } from './log-checkers.js';

const UNREAD_COUNT_MAX = 1_000;
/** The server looks at this many items for one count; above it the count is a lower bound. */
const UNREAD_SCAN_MAX_ITEMS = 2_000;

const standingOf = (conversation: FoldedConversation, userId: string): Standing =>
  conversation.leftAt.get(userId) ?? {
    headSeq: conversation.headSeq,
    name: conversation.name,
    memberCount: conversation.members.size,
  };

const unreadOf = ({ items }: FoldedConversation, userId: string, readSeq: number, headSeq: number): number => {
  let unread = 0;
  for (let seq = readSeq + 1; seq <= headSeq; seq += 1) {
    const item = items.get(seq);
    if (item?.type === 'message.sent' && item['senderId'] !== userId) unread += 1;
  }
  return Math.min(unread, UNREAD_COUNT_MAX);
};

const lastMessageSeq = ({ items }: FoldedConversation, headSeq: number): number => {
  let seq = headSeq;
  while (seq >= 0 && items.get(seq)?.type !== 'message.sent') seq -= 1;
  return seq;
};

const expectedEntry = (conversation: FoldedConversation, userId: string): Fields => {
  const { headSeq, name, memberCount } = standingOf(conversation, userId);
  const { read, delivered } = conversation.marks.get(userId) ?? { read: -1, delivered: -1 };
  const isCountedWhole = headSeq - read < UNREAD_SCAN_MAX_ITEMS;
  return {
    conversationId: conversation.conversationId,
    kind: conversation.kind,
    ...(name === undefined ? {} : { name }),
    headSeq,
    memberCount,
    readSeq: read,
    deliveredSeq: delivered,
    ...(isCountedWhole ? { unread: unreadOf(conversation, userId, read, headSeq) } : {}),
    ...(conversation.leftAt.has(userId) ? { leftAtSeq: headSeq } : {}),
  };
};

type Report = (what: string, expected: unknown, shown: unknown) => void;

const checkFields = (what: string, expected: Fields, shown: Fields | undefined, report: Report): void => {
  if (shown === undefined) return report(what, expected, shown);
  for (const [name, value] of Object.entries(expected))
    if (JSON.stringify(value) !== JSON.stringify(shown[name])) report(`${what} ${name}`, value, shown[name]);
};

const checkHistory = (
  conversation: FoldedConversation,
  { items, afterSeq }: ConversationView,
  headSeq: number,
  report: Report,
): void => {
  const expected = [...conversation.items].filter(([seq]) => seq > afterSeq && seq <= headSeq);
  if (expected.length !== items.length) report('history length', expected.length, items.length);
  expected.forEach(([seq, item], index) => checkFields(`item ${seq}`, item, items[index], report));
};

const checkMembers = (conversation: FoldedConversation, { members }: ConversationView, report: Report): void => {
  const expected = [...conversation.members].map(([userId, { role, sinceSeq }]) => ({ userId, role, sinceSeq }));
  const inOrder = (list: readonly Fields[]): string =>
    list
      .map(({ userId, role, sinceSeq }) => `${String(userId)} ${String(role)} ${String(sinceSeq)}`)
      .sort()
      .join();
  if (inOrder(expected) !== inOrder(members)) report('members', expected, members);
};

const checkConversation = (
  conversation: FoldedConversation,
  view: ConversationView,
  userId: string,
  report: Report,
): void => {
  const { headSeq } = standingOf(conversation, userId);
  checkFields('entry', expectedEntry(conversation, userId), view.entry, report);
  const lastMessage = view.entry['lastMessage'] as Fields | undefined;
  const expectedLast = lastMessageSeq(conversation, headSeq);
  if (expectedLast !== (lastMessage?.['seq'] ?? -1)) report('lastMessage', expectedLast, lastMessage?.['seq']);
  checkHistory(conversation, view, headSeq, report);
  if (conversation.members.has(userId)) checkMembers(conversation, view, report);
};

const checkUser = ({ userId, conversations }: UserView, folded: FoldedLog): readonly Finding[] => {
  const findings: Finding[] = [];
  const reportFor =
    (conversationId: string): Report =>
    (what, expected, shown) =>
      findings.push({
        checker: 'wrong-view',
        text: `${userId} ${conversationId} ${what}: ${JSON.stringify(shown)} where ${JSON.stringify(expected)} is right`,
      });
  for (const [conversationId, conversation] of folded) {
    const isHis = conversation.stays.has(userId);
    const view = conversations.get(conversationId);
    if (isHis !== (view !== undefined)) reportFor(conversationId)('is in the inbox', isHis, view !== undefined);
    if (isHis && view !== undefined) checkConversation(conversation, view, userId, reportFor(conversationId));
  }
  for (const conversationId of conversations.keys())
    if (!folded.has(conversationId)) reportFor(conversationId)('exists', false, true);
  return findings;
};

/** The read models, as every user is shown them, are what the raw log says. */
export const wrongViews: Checker = ({ log, views }) => {
  if (views.length === 0) return [];
  const folded = foldLog(log);
  return views.flatMap((view) => checkUser(view, folded));
};
