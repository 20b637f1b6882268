import type { ConnectionState, ReceiptsRisen, SendFailure, VerbatimClient } from '@verbatim/client-sdk';
import type { ConversationPush } from '@verbatim/client-sdk';
import type { PresenceData, TypingData } from '@verbatim/protocol';
import { printable } from '../render/escape.js';
import { receiptLine, receiptMark } from '../render/lines.js';
import type { Screen } from '../screen/screen.js';
import type { Directory } from './directory.js';
import type { People } from './people.js';
import type { PrintQueue } from './print-queue.js';
import type { Transcript } from './transcript.js';

export const HISTORY_LINES_DEFAULT = 20;

export type ChatParts = {
  readonly client: VerbatimClient;
  readonly screen: Screen;
  readonly people: People;
  readonly directory: Directory;
  readonly transcript: Transcript;
  readonly queue: PrintQueue;
  readonly userName: string;
  readonly selfId: string;
  /** There will be no further connection. */
  readonly over: (why: string) => void;
};

/** What is on the screen: the conversation that is open, the lines of all of them, the state of things. */
export class Chat {
  private openedId: string | undefined;
  private readonly historyShown = new Set<string>();
  private readonly ownSeqs = new Map<string, number>();
  private readonly ackedSeqs = new Map<string, number>();
  private readonly typing = new Set<string>();
  private wasLive = false;

  constructor(readonly parts: ChatParts) {
    const { client, queue, transcript, directory } = parts;
    client.on('connection', (state) => this.connectionMoved(state));
    client.on('event', (push) => void queue.add(() => this.event(push)));
    client.on('inbox', (entries) => {
      transcript.adopt(entries);
      void queue.add(() => directory.take(entries));
    });
    client.on(
      'gap',
      ({ conversationId, fromSeq, toSeq }) => void queue.add(() => transcript.skipped(conversationId, fromSeq, toSeq)),
    );
    client.on('message.queued', () => this.refresh());
    client.on('message.acked', ({ ack }) => {
      this.ackedSeqs.set(ack.conversationId, ack.seq);
      this.refresh();
    });
    client.on('message.failed', (failure) => this.notSent(failure));
    client.on('receipts', (receipts) => void queue.add(() => this.receipts(receipts)));
    client.on('typing', (typing) => void queue.add(() => this.typingChanged(typing)));
    client.on('presence', (presence) => void queue.add(() => this.presenceChanged(presence)));
    client.on('store.failed', (error) => this.say(`! the progress could not be stored: ${String(error)}`));
  }

  /** The conversation that messages go to. */
  get openId(): string | undefined {
    return this.openedId;
  }

  /** True when every message written here is in the log and has come back as an event, or was refused. */
  get isSettled(): boolean {
    const { client } = this.parts;
    const behind = [...this.ackedSeqs].some(([conversationId, seq]) => (client.lastSeq(conversationId) ?? -1) < seq);
    return client.unsent === 0 && !behind;
  }

  say(line: string): void {
    this.parts.screen.print(line);
  }

  /** Opens a conversation: what is typed goes there, and its last lines are shown, once. */
  async open(conversationId: string): Promise<void> {
    const { client, directory, transcript } = this.parts;
    await directory.learn(conversationId);
    this.openedId = conversationId;
    this.typing.clear();
    client.focus([conversationId]);
    this.say(`* open: ${directory.label(conversationId)}`);
    if (!this.historyShown.has(conversationId)) {
      this.historyShown.add(conversationId);
      const newestSeq = await transcript.older(conversationId, HISTORY_LINES_DEFAULT);
      if (newestSeq >= 0) client.markRead(conversationId, newestSeq);
    }
    this.refresh();
  }

  close(): void {
    this.openedId = undefined;
    this.parts.client.focus([]);
    this.refresh();
  }

  refresh(): void {
    const { client, directory, people, screen } = this.parts;
    const { openedId } = this;
    screen.show({
      connection: client.state.status,
      label: openedId === undefined ? '' : directory.label(openedId),
      mark: this.mark(),
      typing: [...this.typing].map(people.nameOf),
      unsent: client.unsent,
    });
  }

  private mark(): string {
    const { client, directory, selfId } = this.parts;
    const ownSeq = this.openedId === undefined ? undefined : this.ownSeqs.get(this.openedId);
    if (this.openedId === undefined || ownSeq === undefined) return '';
    const others = client.receiptsOf(this.openedId).filter(({ userId }) => userId !== selfId);
    const memberCount = directory.entry(this.openedId)?.memberCount;
    const othersCount = memberCount === undefined ? directory.othersOf(this.openedId).length : memberCount - 1;
    return receiptMark(ownSeq, others, othersCount);
  }

  private async event(push: ConversationPush): Promise<void> {
    const { client, selfId, transcript } = this.parts;
    if (!(await transcript.event(push))) return;
    const { conversationId, seq } = push.d;
    if (push.ev === 'message.sent' && push.d.senderId === selfId) this.ownSeqs.set(conversationId, seq);
    else if (conversationId === this.openedId) client.markRead(conversationId, seq);
    if (push.ev === 'message.sent') this.typing.delete(push.d.senderId);
    this.refresh();
  }

  private async receipts({ conversationId, users }: ReceiptsRisen): Promise<void> {
    if (conversationId !== this.openedId) return;
    const { directory, people, selfId } = this.parts;
    const others = users.filter(({ userId }) => userId !== selfId);
    await people.learn(others.map(({ userId }) => userId));
    for (const mark of others) this.detail(receiptLine(directory.label(conversationId), mark, people.nameOf));
    this.refresh();
  }

  private async typingChanged({ conversationId, userId, typing }: TypingData): Promise<void> {
    const { directory, people } = this.parts;
    if (conversationId !== this.openedId) return;
    await people.learn([userId]);
    if (typing) this.typing.add(userId);
    else this.typing.delete(userId);
    if (typing) this.detail(`${directory.label(conversationId)} * ${people.nameOf(userId)} is typing`);
    this.refresh();
  }

  private async presenceChanged({ userId, status }: PresenceData): Promise<void> {
    const { people, selfId } = this.parts;
    if (userId === selfId || status === 'unknown') return;
    await people.learn([userId]);
    this.say(`* ${people.nameOf(userId)} is ${status}`);
  }

  /** Shown in the prompt of a terminal, as a line in a pipe. */
  private detail(line: string): void {
    if (this.parts.screen.showsStatus) return;
    this.say(line);
  }

  private notSent({ item, error, outcomeUnknown }: SendFailure): void {
    const what = outcomeUnknown ? 'perhaps not sent' : 'not sent';
    this.say(`! ${what} (${error.code}: ${printable(error.message)}): ${printable(item.body)}`);
    this.refresh();
  }

  private connectionMoved(state: ConnectionState): void {
    if (state.status === 'live' && !this.wasLive) this.say(`* connected as ${this.parts.userName}`);
    if (state.status === 'backing-off' && this.wasLive) this.say(`* connection lost (${state.code}), reconnecting`);
    if (state.status === 'live') this.wasLive = true;
    if (state.status === 'backing-off') this.wasLive = false;
    this.refresh();
    if (state.status !== 'closed') return;
    if (state.reason.kind === 'refused') this.parts.over(`the server closed the session: ${state.reason.text}`);
    if (state.reason.kind === 'signed-out') this.parts.over(`signed out: ${state.reason.code}; start again to log in`);
  }
}
