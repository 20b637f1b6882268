import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ConversationId, type Revision, conversationStream } from '@verbatim/domain';
import { type EventStore, READ_PAGE_MAX_EVENTS, type RecordedEvent } from '@verbatim/event-store';
import { CommandWindow } from './command-window.js';
import { type FoldedConversation, applyRecorded, unfolded } from './folded-conversation.js';
import { decodeSnapshot } from './folded-conversation.codec.js';

/** Brings folded conversations up from snapshot and stream. Long folds yield to other work after every page. */
export class ConversationLoader {
  constructor(private readonly store: EventStore) {}

  async load(conversationId: ConversationId): Promise<FoldedConversation> {
    const folded = (await this.fromSnapshot(conversationId)) ?? unfolded();
    await this.catchUp(conversationId, folded);
    return folded;
  }

  /** Null when there is none, or when the stream does not reach it: a log that was restored without its snapshots. */
  private async fromSnapshot(conversationId: ConversationId): Promise<FoldedConversation | null> {
    const stream = conversationStream(conversationId);
    const snapshot = await this.store.readSnapshot(stream);
    if (snapshot === null) return null;
    const { headRevision } = await this.store.readStream(stream, { from: snapshot.revision, maxCount: 1 });
    return headRevision === null || headRevision < snapshot.revision ? null : decodeSnapshot(snapshot);
  }

  /** Folds in what lies beyond the state's head; true when there was anything. */
  async catchUp(conversationId: ConversationId, folded: FoldedConversation): Promise<boolean> {
    const before = folded.headSeq;
    for await (const page of this.pages(conversationId, before + 1, Number.MAX_SAFE_INTEGER)) {
      for (const recorded of page) applyRecorded(folded, recorded);
    }
    return folded.headSeq > before;
  }

  /** Reads the ids of older events from the stream, so that the window covers everything from `fromSeq` on. */
  async extendWindow(conversationId: ConversationId, window: CommandWindow, fromSeq: number): Promise<void> {
    if (fromSeq >= window.fromSeq) return;
    const older = new CommandWindow(fromSeq);
    for await (const page of this.pages(conversationId, fromSeq, window.fromSeq - 1)) {
      for (const { metadata } of page) older.append(metadata.actorId, metadata.commandId);
    }
    window.prepend(older);
  }

  private async *pages(id: ConversationId, fromSeq: number, toSeq: number): AsyncGenerator<readonly RecordedEvent[]> {
    const stream = conversationStream(id);
    for (let from = fromSeq; from <= toSeq;) {
      const maxCount = Math.min(READ_PAGE_MAX_EVENTS, toSeq - from + 1);
      const { events, headRevision } = await this.store.readStream(stream, { from: from as Revision, maxCount });
      if (events.length > 0) yield events;
      from += events.length;
      if (events.length === 0 || headRevision === null || from > headRevision) return;
      await nextTurn();
    }
  }
}
