import type { HistoryPageReply } from '@verbatim/protocol';
import type { FrameSocket } from '../socket/frame-socket.js';

const PAGE_ITEMS = 200;
const LAST_ITEMS = 50;

/** How long a piece of work takes, ms. */
export const timed = async <Result>(
  work: () => Promise<Result>,
): Promise<{ readonly ms: number; readonly result: Result }> => {
  const startedAtMs = performance.now();
  const result = await work();
  return { ms: performance.now() - startedAtMs, result };
};

/** The newest 50 items. @throws Error when they are not 50 seqs without a hole */
export const readLast = async (socket: FrameSocket, conversationId: string): Promise<HistoryPageReply> => {
  const page = await socket.request<HistoryPageReply>('history.page', { conversationId, limit: LAST_ITEMS });
  const { items, toSeq, headSeq } = page;
  const isWhole =
    items.length === LAST_ITEMS && items.every(({ seq }, index) => seq === toSeq - LAST_ITEMS + 1 + index);
  if (!isWhole || toSeq !== headSeq) throw new Error(`the last ${LAST_ITEMS} of ${conversationId} are not whole`);
  return page;
};

/** Pages a conversation from its start. @returns the number of messages. @throws Error at a hole */
export const readAll = async (socket: FrameSocket, conversationId: string): Promise<number> => {
  let messages = 0;
  for (let afterSeq = -1; ;) {
    const page = await socket.request<HistoryPageReply>('history.page', {
      conversationId,
      afterSeq,
      limit: PAGE_ITEMS,
    });
    if (page.fromSeq !== afterSeq + 1)
      throw new Error(`a page of ${conversationId} starts at ${page.fromSeq}, not ${afterSeq + 1}`);
    messages += page.items.filter(({ type }) => type === 'message.sent').length;
    if (!page.hasMoreAfter) return messages;
    afterSeq = page.toSeq;
  }
};
