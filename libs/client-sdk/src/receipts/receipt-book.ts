import type { ConversationEntry, ReceiptAdvancedData, WireWatermark } from '@verbatim/protocol';

/** What people have received and read, by conversation. Watermarks only rise, so that repeats and disorder do no harm. */
export class ReceiptBook {
  private readonly conversations = new Map<string, Map<string, WireWatermark>>();

  /** Watermarks of everybody that is known of in a conversation. */
  of(conversationId: string): readonly WireWatermark[] {
    return [...(this.conversations.get(conversationId)?.values() ?? [])];
  }

  /** Returns the watermarks that rose. */
  take({ conversationId, users }: ReceiptAdvancedData): readonly WireWatermark[] {
    const known = this.conversations.get(conversationId) ?? new Map<string, WireWatermark>();
    this.conversations.set(conversationId, known);
    const risen: WireWatermark[] = [];
    for (const { userId, deliveredUpTo, readUpTo } of users) {
      const before = known.get(userId) ?? { userId, deliveredUpTo: -1, readUpTo: -1 };
      const read = Math.max(before.readUpTo, readUpTo);
      const after = { userId, deliveredUpTo: Math.max(before.deliveredUpTo, deliveredUpTo, read), readUpTo: read };
      if (after.deliveredUpTo === before.deliveredUpTo && after.readUpTo === before.readUpTo) continue;
      known.set(userId, after);
      risen.push(after);
    }
    return risen;
  }

  /** The state of an inbox entry, as far as it tells of the others. */
  takeEntry({ conversationId, receipts }: ConversationEntry): readonly WireWatermark[] {
    return receipts ? this.take({ conversationId, users: receipts }) : [];
  }
}
