import type { ConversationPush, SyncState, VerbatimClient } from '@verbatim/client-sdk';
import type { ConversationEntry, HistoryItem } from '@verbatim/protocol';
import { itemLine, itemOf, usersOf } from '../render/lines.js';
import type { Screen } from '../screen/screen.js';
import type { Directory } from './directory.js';
import type { People } from './people.js';

const HISTORY_PAGE_LIMIT = 200;

/** Which part of a conversation is on the screen: both ends included; `toSeq` below `fromSeq` while nothing is. */
type Shown = { fromSeq: number; toSeq: number };

/**
 * Puts every line of a conversation on the screen at most once: new ones come as events and go on at the upper end,
 * older ones come from the history and go on at the lower end.
 */
export class Transcript {
  private readonly shown = new Map<string, Shown>();

  constructor(
    private readonly client: VerbatimClient,
    private readonly screen: Screen,
    private readonly people: People,
    private readonly directory: Directory,
  ) {}

  /** What an earlier run has shown comes only from the history; what it has not comes as events. */
  restore(state: SyncState | undefined): void {
    for (const [conversationId, { lastSeq }] of Object.entries(state?.conversations ?? {})) {
      this.startAfter(conversationId, lastSeq);
    }
  }

  /** The inbox stands for everything up to its heads. */
  adopt(entries: readonly ConversationEntry[]): void {
    for (const { conversationId, headSeq, leftAtSeq } of entries) {
      if (!this.shown.has(conversationId)) this.startAfter(conversationId, leftAtSeq ?? headSeq);
    }
  }

  /** Prints an event; false when its line is on the screen already. */
  async event(push: ConversationPush): Promise<boolean> {
    const { conversationId, seq } = push.d;
    const shown = this.shown.get(conversationId) ?? this.startAfter(conversationId, seq - 1);
    if (seq <= shown.toSeq) return false;
    await this.directory.learn(conversationId, push.ev === 'group.renamed' || push.ev.startsWith('member.'));
    await this.print([itemOf(push)]);
    shown.toSeq = seq;
    return true;
  }

  /** Events that will not come. */
  async skipped(conversationId: string, fromSeq: number, toSeq: number): Promise<void> {
    await this.directory.learn(conversationId);
    this.shown.set(conversationId, { fromSeq: toSeq + 1, toSeq });
    this.screen.print(`-- ${this.directory.label(conversationId)} seq ${fromSeq} to ${toSeq} not shown: /history --`);
  }

  /** Prints up to `count` lines older than those on the screen. Returns the highest seq that is on the screen now. */
  async older(conversationId: string, count: number): Promise<number> {
    const shown = this.shown.get(conversationId);
    const items: HistoryItem[] = [];
    let beforeSeq = shown?.fromSeq;
    let moreBefore = beforeSeq !== 0;
    let newestSeq = -1;
    while (items.length < count && moreBefore) {
      const limit = Math.min(HISTORY_PAGE_LIMIT, count - items.length);
      const bound = beforeSeq === undefined ? {} : { beforeSeq };
      const page = await this.client.call('history.page', { conversationId, limit, ...bound });
      items.unshift(...page.items);
      newestSeq = Math.max(newestSeq, page.toSeq);
      moreBefore = page.hasMoreBefore && page.fromSeq >= 0;
      if (page.fromSeq >= 0) beforeSeq = page.fromSeq;
    }
    await this.printHistory(conversationId, items, moreBefore);
    const range = shown ?? { fromSeq: 0, toSeq: newestSeq };
    this.shown.set(conversationId, { fromSeq: beforeSeq ?? range.fromSeq, toSeq: range.toSeq });
    return range.toSeq;
  }

  private async printHistory(conversationId: string, items: readonly HistoryItem[], more: boolean): Promise<void> {
    await this.directory.learn(conversationId);
    const label = this.directory.label(conversationId);
    this.screen.print(`-- ${label} history${items.length === 0 ? ': nothing older' : ''} --`);
    await this.print(items);
    if (items.length > 0) this.screen.print(`-- ${label} end of history${more ? ', more with /history' : ''} --`);
  }

  private async print(items: readonly HistoryItem[]): Promise<void> {
    await this.people.learn(items.flatMap(usersOf));
    for (const item of items) {
      this.screen.print(itemLine(this.directory.label(item.conversationId), item, this.people.nameOf));
    }
  }

  private startAfter(conversationId: string, seq: number): Shown {
    const shown = { fromSeq: seq + 1, toSeq: seq };
    this.shown.set(conversationId, shown);
    return shown;
  }
}
