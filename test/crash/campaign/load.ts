import { randomUUID } from 'node:crypto';
import { NoAnswerError, type Fields, type RandomSource } from '@verbatim/testing/scenario';
import type { Change, ChangeOp, Send } from '../evidence.js';
import type { Device } from './person.js';
import { tryChange, trySend, type Answer, type Transport } from './requests.js';
import type { Town } from './town.js';

const WORKERS_PER_DEVICE = 3;
const SEND_SHARE = 0.78;
const RECEIPT_SHARE = 0.1;
/** Of the sends: asked over both transports at the same time, as a hasty client would. */
const TWICE_AT_ONCE_SHARE = 0.06;
const SOCKET_SHARE = 0.7;
const BODY_WORDS_MAX = 40;

/** What all tries so far have come to; grows from restart to restart. */
export type Journal = { readonly sends: Send[]; readonly changes: Change[]; readonly surprises: string[] };

export type LoadOptions = {
  readonly url: string;
  readonly town: Town;
  readonly journal: Journal;
  readonly random: RandomSource;
  /** Called after every request; with the answer when it was a send or a change of a group. */
  readonly onAnswer: (answer: Answer | null) => void;
};

const newSend = ({ userId }: Device, conversationId: string, random: RandomSource): Send => ({
  conversationId,
  actorId: userId,
  clientMsgId: randomUUID(),
  body: `${random.below(1_000_000)}${' word'.repeat(random.below(BODY_WORDS_MAX))}`,
  acks: [],
  refusals: [],
  tries: 0,
  triesUnderWay: 0,
  unanswered: 0,
});

/** Asks people to talk, read, come and go at random, until they are told to stop or nobody answers. */
export class Load {
  #isRunning = true;

  constructor(private readonly options: LoadOptions) {}

  stop(): void {
    this.#isRunning = false;
  }

  async run(): Promise<void> {
    const { devices } = this.options.town;
    const workers = devices.flatMap((device) => Array.from({ length: WORKERS_PER_DEVICE }, () => this.#work(device)));
    await Promise.all(workers);
  }

  /** Asks again, with the same id. */
  async retrySend(send: Send): Promise<void> {
    await this.#answered(
      trySend(this.options.url, this.#deviceOf(send.actorId), send, this.#transport(), this.#surprises),
    );
  }

  async retryChange(change: Change): Promise<void> {
    const device = this.#deviceOf(change.actorId);
    await this.#answered(tryChange(this.options.url, device, change, this.#transport(), this.#surprises));
  }

  get #surprises(): string[] {
    return this.options.journal.surprises;
  }

  #deviceOf(userId: string): Device {
    const devices = this.options.town.devices.filter((device) => device.userId === userId);
    return this.options.random.pick(devices);
  }

  #transport(): Transport {
    return this.options.random.next() < SOCKET_SHARE ? 'socket' : 'http';
  }

  async #work(device: Device): Promise<void> {
    while (this.#isRunning && (await this.#answered(this.#act(device))));
  }

  /** False when nobody answers any more. */
  async #answered(request: Promise<Answer | null>): Promise<boolean> {
    try {
      this.options.onAnswer(await request);
      return true;
    } catch (error) {
      if (error instanceof NoAnswerError) return false;
      throw error;
    }
  }

  #act(device: Device): Promise<Answer | null> {
    const { random, town } = this.options;
    const share = random.next();
    const conversationId = random.pick([...town.directIds, ...town.groupIds, ...town.groupIds]);
    if (share < SEND_SHARE) return this.#send(device, conversationId);
    if (share < SEND_SHARE + RECEIPT_SHARE) return this.#receipt(device, conversationId);
    return this.#change(device, random.pick(town.groupIds));
  }

  async #send(device: Device, conversationId: string): Promise<Answer | null> {
    const { url, journal, random } = this.options;
    const send = newSend(device, conversationId, random);
    journal.sends.push(send);
    if (random.next() >= TWICE_AT_ONCE_SHARE) return trySend(url, device, send, this.#transport(), this.#surprises);
    const tries = (['socket', 'http'] as const).map((way) => trySend(url, device, send, way, this.#surprises));
    for (const outcome of await Promise.allSettled(tries)) if (outcome.status === 'rejected') throw outcome.reason;
    return null;
  }

  async #receipt({ socket, record }: Device, conversationId: string): Promise<null> {
    const last = record.received.findLast((each) => each !== 'reset' && each.conversationId === conversationId);
    if (socket === null) throw new NoAnswerError('not connected');
    if (last === undefined || last === 'reset') return null;
    await socket.request('receipt.advance', { conversationId, readUpTo: last.seq });
    return null;
  }

  #change(device: Device, conversationId: string): Promise<Answer> {
    const { url, journal } = this.options;
    const [op, d, actor] = this.#pickChange(device, conversationId);
    const change: Change = {
      op,
      d,
      conversationId,
      actorId: actor.userId,
      commandId: randomUUID(),
      ackedSeqs: [],
      refusals: [],
      tries: 0,
      triesUnderWay: 0,
      unanswered: 0,
    };
    journal.changes.push(change);
    return tryChange(url, actor, change, this.#transport(), this.#surprises);
  }

  /** Owners add, remove and rename; the others join and leave, and try what they may not. */
  #pickChange(device: Device, conversationId: string): readonly [ChangeOp, Fields, Device] {
    const { random, town } = this.options;
    const isFirstGroup = conversationId === town.groupIds[0];
    const owner = town.people[isFirstGroup ? 0 : 1]?.devices[0] ?? device;
    const guests = town.people.slice(2);
    const { userId } = random.pick(guests);
    const isGuest = guests.some((guest) => guest.userId === device.userId);
    const share = random.next();
    if (isGuest && share < 0.5) return [random.pick(['group.join', 'group.leave'] as const), {}, device];
    const actor = share < 0.9 ? owner : device;
    if (share < 0.7) return ['member.add', { userIds: [userId] }, actor];
    if (share < 0.95) return ['member.remove', { userId }, actor];
    return ['group.rename', { name: `name ${random.below(1_000)}` }, actor];
  }
}
