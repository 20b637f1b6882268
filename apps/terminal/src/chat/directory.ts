import type { VerbatimClient } from '@verbatim/client-sdk';
import type { ConversationEntry } from '@verbatim/protocol';
import { printable } from '../render/escape.js';
import type { People } from './people.js';

const INBOX_LIMIT = 200;

/** The conversations of this user, as the list shows them. */
export class Directory {
  private readonly entries = new Map<string, ConversationEntry>();

  constructor(
    private readonly client: VerbatimClient,
    private readonly people: People,
    private readonly selfId: string,
  ) {}

  /** The newest conversations of the server. */
  async load(): Promise<void> {
    const { conversations } = await this.client.call('inbox.page', { limit: INBOX_LIMIT });
    await this.take(conversations);
  }

  async take(entries: readonly ConversationEntry[]): Promise<void> {
    for (const entry of entries) this.entries.set(entry.conversationId, entry);
    await this.people.learn(entries.flatMap(({ members }) => members?.map(({ userId }) => userId) ?? []));
  }

  /** Asks for a conversation that is not yet known, or anew for one that has changed. */
  async learn(conversationId: string, anew = false): Promise<void> {
    if (!anew && this.entries.has(conversationId)) return;
    try {
      await this.take([await this.client.call('conversation.get', { conversationId })]);
    } catch {
      // Without its name the conversation is shown under its id.
    }
  }

  list(): readonly ConversationEntry[] {
    return [...this.entries.values()];
  }

  entry(conversationId: string): ConversationEntry | undefined {
    return this.entries.get(conversationId);
  }

  groupNamed(name: string): ConversationEntry | undefined {
    return this.list().find((entry) => entry.kind === 'group' && entry.name === name);
  }

  /** The others of a conversation, as far as its entry names them. */
  othersOf(conversationId: string): readonly string[] {
    const members = this.entries.get(conversationId)?.members ?? [];
    return members.map(({ userId }) => userId).filter((userId) => userId !== this.selfId);
  }

  /** `[direct bob]`, `[group tea]`. */
  label(conversationId: string): string {
    const entry = this.entries.get(conversationId);
    if (!entry) return `[${conversationId}]`;
    if (entry.kind === 'group') return `[group ${printable(entry.name ?? conversationId)}]`;
    const [otherId] = this.othersOf(conversationId);
    return `[direct ${otherId === undefined ? conversationId : this.people.nameOf(otherId)}]`;
  }
}
