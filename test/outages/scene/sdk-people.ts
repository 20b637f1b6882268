import { randomUUID } from 'node:crypto';
import { VerbatimClient } from '@verbatim/client-sdk';
import { setTimeout as wait } from 'node:timers/promises';
import type { DeviceRecord, Send } from '../../crash/evidence.js';
import type { Ledger } from './ledger.js';

const PASSWORD = 'a long enough password';
const BETWEEN_MESSAGES_MS = 100;
/** Who waits for an acknowledgement sends nothing new meanwhile, beyond this many. */
const UNSENT_MAX = 20;

/** One person with the client library: it alone decides when to connect, where, and when to ask again. */
export class SdkPerson {
  readonly record: DeviceRecord;
  #isAtWork = false;
  #work: Promise<void> = Promise.resolve();
  #number = 0;

  private constructor(
    readonly userName: string,
    private readonly client: VerbatimClient,
    ledger: Ledger,
    userId: string,
    deviceId: string,
  ) {
    this.record = { userId, deviceId, received: [], isOnline: true };
    this.#listen(this.record);
    this.#keep(ledger);
  }

  /** What comes of each message, by its id. */
  #keep({ sends }: Ledger): void {
    const byId = new Map<string, Send>();
    this.client.on('message.queued', ({ clientMsgId, conversationId, body }) => {
      const asked = { refusals: [], tries: 1, triesUnderWay: 0, unanswered: 0, acks: [] };
      const send: Send = { ...asked, conversationId, actorId: this.userId, clientMsgId, body };
      sends.push(send);
      byId.set(clientMsgId, send);
    });
    this.client.on('message.acked', ({ item, ack: { seq, messageId, sentAt } }) =>
      byId.get(item.clientMsgId)?.acks.push({ conversationId: item.conversationId, seq, messageId, sentAt }),
    );
    this.client.on('message.failed', ({ item, error }) => byId.get(item.clientMsgId)?.refusals.push(error.code));
  }

  #listen({ received }: DeviceRecord): void {
    const { client } = this;
    client.on('event', (push) => {
      const { ev, d } = push;
      received.push({ ev, conversationId: d.conversationId, seq: d.seq, text: JSON.stringify(d) });
    });
    client.on('inbox', () => received.push('reset'));
    client.on('gap', () => received.push('reset'));
  }

  static async join(url: string, userName: string, ledger: Ledger): Promise<SdkPerson> {
    const client = new VerbatimClient({ url, clientName: 'outages', discover: true });
    const { userId, deviceId } = await client.session.register({ userName, password: PASSWORD });
    const person = new SdkPerson(userName, client, ledger, userId, deviceId);
    await client.connect();
    await client.whenLive();
    return person;
  }

  get userId(): string {
    return this.record.userId;
  }
  start(conversationIds: readonly string[]): void {
    this.#isAtWork = true;
    this.#work = this.#talk(conversationIds);
  }

  /** It sends nothing new; what is unsent goes on being tried. */
  async rest(): Promise<void> {
    this.#isAtWork = false;
    await this.#work;
  }

  async joinGroup(conversationId: string): Promise<void> {
    await this.client.call('group.join', { conversationId, commandId: randomUUID() });
  }

  /** A direct conversation with somebody. @returns its id */
  async meet(userId: string): Promise<string> {
    return (await this.client.call('conversation.direct', { userId })).conversationId;
  }

  /** Told that the network is back, as a device tells. */
  comeBack(): void {
    this.client.reconnectNow();
  }

  /** Everything that is in its outbox is in the log. */
  async sent(): Promise<void> {
    this.comeBack();
    while (this.client.unsent > 0) await Promise.race([this.client.next('message.acked'), wait(1_000)]);
  }

  async end(): Promise<void> {
    await this.rest();
    await this.client.close();
  }

  async #talk(conversationIds: readonly string[]): Promise<void> {
    while (this.#isAtWork) {
      if (this.client.unsent < UNSENT_MAX) await this.#say(conversationIds);
      await wait(BETWEEN_MESSAGES_MS);
    }
  }

  /** In turn here and there. */
  #say(conversationIds: readonly string[]): Promise<unknown> {
    const conversationId = conversationIds[this.#number % conversationIds.length] ?? '';
    this.#number += 1;
    return this.client.enqueue({ conversationId, body: `${this.userName} ${this.#number}` });
  }
}
