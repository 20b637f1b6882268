import { uuidV7 } from '@verbatim/platform';
import type { FrameSocket } from '../socket/frame-socket.js';
import { NumberField } from '../socket/number-field.js';
import type { LoadOptions, LoadResult, LoadedConversation } from './load-options.js';
import { MessageLedger } from './message-ledger.js';
import { sendRequestText } from './message-text.js';
import { ReceiptReports } from './receipt-reports.js';

const DRAIN_TIMEOUT_MS = 30_000;
const PACE_INTERVAL_MS = 1;
const LATENCIES_MAX = 1_000_000;

type Member = {
  /** Over all conversations of the run. */
  readonly index: number;
  /** Within the conversation. */
  readonly place: number;
  readonly socket: FrameSocket;
  readonly conversation: LoadedConversation;
  lastSeq: number;
};

const membersOf = (conversations: readonly LoadedConversation[]): readonly Member[] =>
  conversations
    .flatMap((conversation) => conversation.members.map((socket, place) => ({ conversation, socket, place })))
    .map((member, index) => ({ ...member, index, lastSeq: member.conversation.headSeq }));

/** Sends messages at a pace and follows every acknowledgement and every delivery. */
class LoadRun {
  readonly #members: readonly Member[];
  readonly #senders: readonly Member[];
  readonly #ledger: MessageLedger;
  readonly #seq = new NumberField('"seq":');
  readonly #ackSeq = new NumberField('"seq":');
  readonly #number = new NumberField('"body":"');
  readonly #latenciesMs: Float64Array;
  readonly #ackLatenciesMs: Float64Array;
  readonly #keepsOrder: boolean;
  #expected = 0;
  #acked = 0;
  #refused = 0;
  #delivered = 0;
  #echoed = 0;
  #repeated = 0;
  #outOfOrder = 0;
  #startedAtMs = 0;
  #lastDeliveryAtMs = 0;
  #isSending = true;
  #finish: (error?: Error) => void = () => {};

  constructor(private readonly options: LoadOptions) {
    this.#members = membersOf(options.conversations);
    this.#senders = this.#members.filter(({ place, conversation }) => place < conversation.senderCount);
    this.#ledger = new MessageLedger(options.messagesMax);
    this.#latenciesMs = new Float64Array(LATENCIES_MAX);
    this.#ackLatenciesMs = new Float64Array(Math.min(LATENCIES_MAX, options.messagesMax));
    // A relay tells a sender nothing of his own messages, so among several senders his row has holes.
    this.#keepsOrder = options.system === 'server';
  }

  async run(): Promise<LoadResult> {
    for (const member of this.#members) this.#listen(member);
    this.#startedAtMs = performance.now();
    const ended = new Promise<void>((resolve, reject) => {
      this.#finish = (error) => (error === undefined ? resolve() : reject(error));
    });
    const timers = this.#start();
    const receipts = this.#keepsOrder ? new ReceiptReports(this.#members) : null;
    try {
      await ended;
    } finally {
      for (const timer of timers) clearTimeout(timer);
      this.#refused += (await receipts?.stop()) ?? 0;
    }
    return this.#result();
  }

  #listen(member: Member): void {
    const { socket } = member;
    socket.onMessage = (bytes, start, end) => this.#onMessage(member, bytes, start, end);
    socket.onAck = (number, isOk, bytes, start, end) => this.#onAck(member, number, isOk, bytes, start, end);
    socket.onLost = (error) => this.#finish(error);
  }

  #start(): readonly NodeJS.Timeout[] {
    const { pace, durationMs, drainTimeoutMs = DRAIN_TIMEOUT_MS } = this.options;
    const end = setTimeout(() => this.#stopSending(), durationMs);
    const giveUp = setTimeout(() => this.#finish(), durationMs + drainTimeoutMs);
    if (pace.kind === 'rate') return [end, giveUp, setInterval(() => this.#keepPace(pace.perSecond), PACE_INTERVAL_MS)];
    for (let round = 0; round < pace.outstanding; round += 1) for (const sender of this.#senders) this.#send(sender);
    return [end, giveUp];
  }

  #keepPace(perSecond: number): void {
    if (!this.#isSending) return;
    const due = ((performance.now() - this.#startedAtMs) / 1_000) * perSecond;
    while (this.#ledger.count < due && !this.#ledger.isFull)
      this.#send(this.#senders[this.#ledger.count % this.#senders.length] as Member);
  }

  #send(sender: Member): void {
    if (!this.#isSending || this.#ledger.isFull) return;
    const { conversationId, members } = sender.conversation;
    const number = this.#ledger.add(sender.index, performance.now());
    this.#expected += members.length - 1;
    sender.socket.send(
      sendRequestText({
        number,
        conversationId,
        clientMsgId: uuidV7(),
        knownSeq: this.#keepsOrder ? sender.lastSeq : -1,
      }),
    );
  }

  #stopSending(): void {
    this.#isSending = false;
    this.#checkEnd();
  }

  #onAck(sender: Member, number: number, isOk: boolean, bytes: Buffer, start: number, end: number): void {
    if (isOk) {
      if (this.#acked < this.#ackLatenciesMs.length)
        this.#ackLatenciesMs[this.#acked] = performance.now() - this.#ledger.sentAtMs(number);
      this.#acked += 1;
      this.#ledger.confirmSeq(number, this.#ackSeq.read(bytes, start, end));
    } else {
      this.#refused += 1;
      this.#expected -= sender.conversation.members.length - 1;
    }
    this.#credit(sender);
  }

  #onMessage(member: Member, bytes: Buffer, start: number, end: number): void {
    const seq = this.#seq.read(bytes, start, end);
    const number = this.#number.read(bytes, start, end);
    if (!this.#ledger.isKnown(number)) return; // left over from a run before
    if (this.#keepsOrder) this.#checkOrder(member, seq, number);
    if (this.#ledger.sender(number) === member.index) {
      this.#echoed += 1;
    } else {
      const nowMs = performance.now();
      if (this.#delivered < LATENCIES_MAX) this.#latenciesMs[this.#delivered] = nowMs - this.#ledger.sentAtMs(number);
      this.#delivered += 1;
      this.#lastDeliveryAtMs = nowMs;
      if (!this.#keepsOrder) this.#creditByReceipt(member, number);
    }
    this.#checkEnd();
  }

  #checkOrder(member: Member, seq: number, number: number): void {
    if (seq === member.lastSeq + 1) member.lastSeq = seq;
    else if (seq <= member.lastSeq) this.#repeated += 1;
    else {
      this.#outOfOrder += 1;
      member.lastSeq = seq;
    }
    this.#ledger.confirmSeq(number, seq);
  }

  /** Without acknowledgements a message is done when the member behind the sender has it. */
  #creditByReceipt(member: Member, number: number): void {
    const sender = this.#members[this.#ledger.sender(number)] as Member;
    const { length } = sender.conversation.members;
    if (member.place === (sender.place + 1) % length) this.#credit(sender);
  }

  #credit(sender: Member): void {
    if (this.options.pace.kind === 'window') this.#send(sender);
    this.#checkEnd();
  }

  #checkEnd(): void {
    const { count, isFull } = this.#ledger;
    if (this.#isSending && !isFull) return;
    const isServer = this.#keepsOrder;
    if (isServer && this.#acked + this.#refused < count) return;
    if (isServer && this.#echoed < count - this.#refused) return;
    if (this.#delivered >= this.#expected) this.#finish();
  }

  #result(): LoadResult {
    const isServer = this.#keepsOrder;
    const missing =
      this.#expected - this.#delivered + (isServer ? this.#ledger.count - this.#refused - this.#echoed : 0);
    return {
      sent: this.#ledger.count,
      acked: this.#acked,
      refused: this.#refused,
      delivered: this.#delivered,
      echoed: this.#echoed,
      lost: Math.max(0, missing),
      repeated: this.#repeated,
      outOfOrder: this.#outOfOrder,
      disagreed: this.#ledger.disagreed,
      durationMs: this.#lastDeliveryAtMs - this.#startedAtMs,
      latenciesMs: this.#latenciesMs.slice(0, Math.min(this.#delivered, LATENCIES_MAX)),
      ackLatenciesMs: this.#ackLatenciesMs.slice(0, this.#acked),
    };
  }
}

/** Runs one load to its end: every message acknowledged and delivered, or 30 s without what is missing. */
export const runLoad = (options: LoadOptions): Promise<LoadResult> => new LoadRun(options).run();
