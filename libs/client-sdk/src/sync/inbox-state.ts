import type { ConversationEntry, InboxPageReply } from '@verbatim/protocol';

export type InboxState = { readonly entries: readonly ConversationEntry[]; readonly cursor: string };

/** Loads the whole inbox. The cursor is the first page's: the later pages may be younger than the first. */
export const loadInbox = async (
  page: (after: string | undefined) => Promise<InboxPageReply>,
  pagesMax: number,
): Promise<InboxState> => {
  const first = await page(undefined);
  const entries = [...first.conversations];
  let next = first.next;
  for (let pages = 1; next !== undefined && pages < pagesMax; pages += 1) {
    const reply = await page(next);
    entries.push(...reply.conversations);
    next = reply.next;
  }
  return { entries, cursor: first.cursor };
};
