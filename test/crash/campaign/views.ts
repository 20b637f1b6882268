import { setTimeout as wait } from 'node:timers/promises';
import { requestHttp, type Fields } from '@verbatim/testing/scenario';
import type { ConversationView, UserView } from '../evidence.js';
import type { Device, Person } from './person.js';

const PAGE_ITEMS = 200;
const INBOX_PAGE = 50;
/** A rebuild after kill -9 takes longer than one answer may wait. */
const BEHIND_TRIES_MAX = 300;
const RETRY_MS_MAX = 200;

/** Reads state that is at least as new as everything the device has been sent. */
const readBehindCursor = async (url: string, device: Device, path: string): Promise<Fields> => {
  const headers = { 'chat-cursor': device.cursor ?? '' };
  for (let tries = 1; ; tries += 1) {
    const answer = await requestHttp(url, path, { token: device.token, headers });
    if (answer.status === 200) return answer.body as Fields;
    if (answer.status !== 503 || tries === BEHIND_TRIES_MAX)
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    await wait(RETRY_MS_MAX / 4); // what the server is behind with comes to no client, so there is nothing to await
  }
};

const listOf = (answer: Fields, field: string): readonly Fields[] => answer[field] as readonly Fields[];

const inboxOf = async (url: string, device: Device): Promise<readonly Fields[]> => {
  const entries: Fields[] = [];
  for (let after = ''; ;) {
    const answer = await readBehindCursor(url, device, `/v1/inbox?limit=${INBOX_PAGE}${after}`);
    entries.push(...listOf(answer, 'conversations'));
    const { next } = answer;
    if (typeof next !== 'string') return entries;
    after = `&after=${encodeURIComponent(next)}`;
  }
};

const historyOf = async (url: string, device: Device, path: string, afterSeq: number): Promise<readonly Fields[]> => {
  const items: Fields[] = [];
  for (let from = afterSeq; ;) {
    const answer = await readBehindCursor(url, device, `${path}/messages?afterSeq=${from}&limit=${PAGE_ITEMS}`);
    items.push(...listOf(answer, 'items'));
    if (answer['hasMoreAfter'] !== true) return items;
    from = Number(answer['toSeq']);
  }
};

const viewOf = async (url: string, device: Device, entry: Fields, afterSeq: number): Promise<ConversationView> => {
  const path = `/v1/conversations/${String(entry['conversationId'])}`;
  const items = await historyOf(url, device, path, afterSeq);
  if (entry['leftAtSeq'] !== undefined) return { entry, afterSeq, items, members: [] };
  const members = await readBehindCursor(url, device, `${path}/members?limit=${PAGE_ITEMS}`);
  return { entry, afterSeq, items, members: listOf(members, 'members') };
};

/** @param afterSeqs per conversation, the seq up to which the history is known already */
export const readView = async (
  url: string,
  { userId, devices }: Person,
  afterSeqs: ReadonlyMap<string, number>,
): Promise<UserView> => {
  const [device] = devices;
  if (device === undefined) throw new Error('a person without a device');
  await device.catchUp();
  const conversations = new Map<string, ConversationView>();
  for (const entry of await inboxOf(url, device)) {
    const conversationId = String(entry['conversationId']);
    conversations.set(conversationId, await viewOf(url, device, entry, afterSeqs.get(conversationId) ?? -1));
  }
  return { userId, conversations };
};
