import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fields, RandomSource } from '@verbatim/testing/scenario';
import type { Device } from '../../crash/campaign/person.js';
import { tryChange, trySend, type Answer, type Transport } from '../../crash/campaign/requests.js';
import type { Town } from '../../crash/campaign/town.js';
import type { Change, ChangeOp, Send } from '../../crash/evidence.js';
import { readBehindCursor, recorded } from './client-requests.js';
import type { Ledger, Try } from './ledger.js';
import { RawClient } from './raw-client.js';

const WORKERS_PER_DEVICE = 2;
/** People think between two messages: the load is steady, and two cores can carry it. */
const THINKING_MS = 60;
const SEND_SHARE = 0.7;
const RECEIPT_SHARE = 0.1;
const READ_SHARE = 0.12;
/** Of the rest most is refused: who is no member may neither send nor read. */
const OWN_SHARE = 0.9;
const RETRY_AT_ONCE_SHARE = 0.3;
const SOCKET_SHARE = 0.7;
const UNDER_WAY_MAX = 16;

const newAsked = () => ({ refusals: [], tries: 0, triesUnderWay: 0, unanswered: 0 });
const isOpen = (asked: Send | Change): boolean =>
  asked.refusals.length === 0 && ('acks' in asked ? asked.acks : asked.ackedSeqs).length === 0;

/** People at both gateways who send, read, come and go, over sockets and over HTTP, whatever goes wrong; each thing is written down. */
export class RawCrowd {
  readonly clients: readonly RawClient[];
  #isAtWork = false;
  #work: Promise<unknown> = Promise.resolve();
  #number = 0;

  constructor(
    private readonly town: Town,
    urls: readonly string[],
    private readonly ledger: Ledger,
    private readonly random: RandomSource,
    private readonly onTry: (what: Try['what']) => void,
  ) {
    this.clients = town.devices.map((device, index) => new RawClient(device, urls, index % urls.length));
  }

  start(): void {
    this.#isAtWork = true;
    const workers = this.clients.flatMap((client) => Array.from({ length: WORKERS_PER_DEVICE }, () => client));
    this.#work = Promise.all(workers.map((client) => this.#workAs(client)));
  }

  /** Resolves when every request under way has come to its end. */
  async rest(): Promise<void> {
    this.#isAtWork = false;
    await this.#work;
  }

  /** Asks again, with the same ids, until each thing that nobody knows the outcome of is settled. @returns how many were open, and are */
  async settle(maxMs: number): Promise<{ readonly open: number; readonly left: number }> {
    const open = this.#open();
    const untilMs = performance.now() + maxMs;
    while (this.#open().length > 0 && performance.now() < untilMs) {
      const waiting = this.#open();
      const worker = async (): Promise<void> => {
        for (let asked = waiting.pop(); asked !== undefined; asked = waiting.pop()) await this.#again(asked);
      };
      await Promise.all(Array.from({ length: UNDER_WAY_MAX }, worker));
    }
    return { open: open.length, left: this.#open().length };
  }

  /** Asks once more for what was acknowledged. */
  async repeatSome(count: number): Promise<void> {
    const acked = this.ledger.sends.filter((send) => send.acks.length > 0 && this.#isOurs(send));
    for (let each = 0; each < count && acked.length > 0; each += 1) await this.#again(this.random.pick(acked));
  }

  /** A new message of somebody who is a member for ever, asked until it is acknowledged. */
  async sendUntilAcked(conversationId: string, actor: Device, url: string): Promise<number> {
    const send = this.#newSend(actor, conversationId);
    while (send.acks.length === 0) {
      const outcome = await this.#try('send', () => trySend(url, actor, send, 'http', this.ledger.surprises));
      if (outcome === 'refused') throw new Error(`a member may not send: ${send.refusals.join()}`);
      if (outcome !== 'ok') await wait(THINKING_MS);
    }
    return send.acks[0]?.seq ?? -1;
  }

  async end(): Promise<void> {
    await this.rest();
    await Promise.all(this.clients.map((client) => client.end()));
  }

  #open(): (Send | Change)[] {
    return [...this.ledger.sends, ...this.ledger.changes].filter((asked) => isOpen(asked) && this.#isOurs(asked));
  }

  #isOurs({ actorId }: Send | Change): boolean {
    return this.clients.some(({ device }) => device.userId === actorId);
  }

  async #again(asked: Send | Change): Promise<void> {
    const client = this.random.pick(this.clients.filter(({ device }) => device.userId === asked.actorId));
    await client.connected();
    await ('acks' in asked ? this.#trySend(client, asked) : this.#tryChange(client, asked));
  }

  async #workAs(client: RawClient): Promise<void> {
    while (this.#isAtWork) {
      if (!client.isConnected) await Promise.race([client.connected(), wait(THINKING_MS)]);
      await this.#act(client);
      await wait(THINKING_MS * (0.5 + this.random.next()));
    }
  }

  #act(client: RawClient): Promise<unknown> {
    const { random, town } = this;
    const share = random.next();
    const isHis = random.next() < OWN_SHARE;
    const conversationId = random.pick(isHis ? this.#ownOf(client) : [...town.directIds, ...town.groupIds]);
    if (share < SEND_SHARE) return this.#send(client, conversationId);
    if (share < SEND_SHARE + RECEIPT_SHARE) return this.#receipt(client, conversationId);
    if (share < SEND_SHARE + RECEIPT_SHARE + READ_SHARE)
      return this.#try('read', () => readBehindCursor(client.url(random), client.device, conversationId, this.ledger));
    return this.#change(client);
  }

  /** Where he is a member, or was, or will be. */
  #ownOf({ device }: RawClient): readonly string[] {
    const { people, directIds, groupIds } = this.town;
    const pair = Math.floor(people.findIndex(({ userId }) => userId === device.userId) / 2);
    return [...directIds.slice(pair, pair + 1), ...groupIds];
  }

  async #send(client: RawClient, conversationId: string): Promise<void> {
    const send = this.#newSend(client.device, conversationId);
    await this.#trySend(client, send);
    if (isOpen(send) && this.random.next() < RETRY_AT_ONCE_SHARE) await this.#trySend(client, send);
  }

  #newSend({ userId }: Device, conversationId: string): Send {
    this.#number += 1;
    const body = `message ${this.#number}`;
    const send: Send = { ...newAsked(), conversationId, actorId: userId, clientMsgId: randomUUID(), body, acks: [] };
    this.ledger.sends.push(send);
    return send;
  }

  #trySend(client: RawClient, send: Send): Promise<unknown> {
    const transport = this.#transport(client);
    const url = client.url(this.random);
    return this.#try('send', () => trySend(url, client.device, send, transport, this.ledger.surprises));
  }

  #tryChange(client: RawClient, change: Change): Promise<unknown> {
    const url = client.url(this.random);
    const transport = this.#transport(client);
    return this.#try('change', () => tryChange(url, client.device, change, transport, this.ledger.surprises));
  }

  async #receipt({ device }: RawClient, conversationId: string): Promise<void> {
    const { socket, record } = device;
    const last = record.received.findLast((each) => each !== 'reset' && each.conversationId === conversationId);
    if (socket === null || last === undefined || last === 'reset') return;
    await this.#try('receipt', async (): Promise<Answer> => {
      const reply = await socket.request('receipt.advance', { conversationId, readUpTo: last.seq });
      return reply.ok ? { kind: 'ok', d: reply.d } : { kind: 'open', code: reply.error.code };
    });
  }

  async #change({ device }: RawClient): Promise<void> {
    const conversationId = this.random.pick(this.town.groupIds);
    const [op, d, actorId] = this.#pickChange(device, conversationId);
    const actor = this.clients.find((client) => client.device.userId === actorId);
    if (actor === undefined) return;
    const ids = { conversationId, actorId, commandId: randomUUID() };
    const change: Change = { ...newAsked(), ...ids, op, d, ackedSeqs: [] };
    this.ledger.changes.push(change);
    await this.#tryChange(actor, change);
  }

  /** Owners add, remove and rename; guests come and go by themselves too. */
  #pickChange({ userId }: Device, conversationId: string): readonly [ChangeOp, Fields, string] {
    const { random, town } = this;
    const [ada, bob, ...guests] = town.people;
    const owner = conversationId === town.groupIds[0] ? ada : bob;
    const guest = random.pick(guests).userId;
    const share = random.next();
    const isGuest = guests.some((each) => each.userId === userId);
    if (isGuest && share < 0.4) return [random.pick(['group.join', 'group.leave'] as const), {}, userId];
    const actorId = owner?.userId ?? userId;
    if (share < 0.7) return ['member.add', { userIds: [guest] }, actorId];
    if (share < 0.92) return ['member.remove', { userId: guest }, actorId];
    return ['group.rename', { name: `name ${random.below(1_000)}` }, actorId];
  }

  async #try(what: Try['what'], request: () => Promise<Answer | null>): Promise<Try['outcome']> {
    const outcome = await recorded(this.ledger, what, request);
    this.onTry(what);
    return outcome;
  }

  #transport({ isConnected }: RawClient): Transport {
    return isConnected && this.random.next() < SOCKET_SHARE ? 'socket' : 'http';
  }
}
