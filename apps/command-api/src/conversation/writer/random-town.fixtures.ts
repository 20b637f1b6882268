import { randomUUID } from 'node:crypto';
import {
  type ConversationEvent,
  type Seq,
  type UserId,
  conversationSnapshotOf,
  conversationStream,
  evolveConversation,
  initialConversation,
} from '@verbatim/domain';
import type { EventStore, RecordedEvent } from '@verbatim/event-store';
import fc from 'fast-check';
import {
  type AppendFault,
  additionBy,
  conversationId,
  groupBy,
  indexUpTo,
  joinBy,
  leaveBy,
  openStore,
  removalBy,
  renameBy,
  sendBy,
  withFaults,
  writerOn,
} from './conversation-writer.fixtures.js';
import type { ConversationWriter } from './conversation-writer.js';
import type { WriteOutcome, WriteRequest } from './write-request.js';

const people = Array.from({ length: 4 }, () => randomUUID() as UserId);
/** So small that a few dozen commands meet snapshots, trimmed windows and evicted states. */
const SMALL = { windowMinEvents: 3, windowTrimAtEvents: 6, windowAskEveryEvents: 2, snapshotEveryEvents: 5 };

const person = fc.constantFrom(...people);
const wish = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), by: person }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('create', 'add', 'remove', 'join', 'leave', 'rename'),
      by: person,
      whom: person,
    }),
  },
);
/** Where an intent says at which head its id was minted, it says the truth. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      at: fc.nat(1),
      wishes: fc.array(fc.record({ wish, saysHead: fc.boolean(), isDoubled: fc.boolean() }), { maxLength: 6 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(1), count: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), at: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('index' as const), share: fc.nat(4) }) },
);
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
const fault = fc.constantFrom<(AppendFault | 'none')[]>(
  'none',
  'none',
  'none',
  'reply-lost',
  'request-lost',
  'log-full',
);

export const plan = fc.record({
  steps: fc.array(step, { maxLength: 30 }),
  faults: fc.array(fault, { maxLength: 40 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

/** One command of one person, tried until its outcome is known. */
export type Intent = { readonly request: WriteRequest; readonly outcomes: WriteOutcome[]; readonly isDoubled: boolean };

const finals = new Set<WriteOutcome['outcome']>(['applied', 'unchanged', 'rejected']);
const isDecided = ({ outcomes }: Intent): boolean => outcomes.some(({ outcome }) => finals.has(outcome));
const isRecorded = ({ outcomes }: Intent): boolean => outcomes.some(({ outcome }) => outcome === 'applied');

const requestOf = ({ by, ...rest }: Extract<Step, { kind: 'ask' }>['wishes'][number]['wish']): WriteRequest => {
  const whom = 'whom' in rest ? rest.whom : by;
  switch (rest.kind) {
    case 'create':
      return groupBy(by, [whom], undefined, 'open');
    case 'add':
      return additionBy(by, whom);
    case 'remove':
      return removalBy(by, whom);
    case 'join':
      return joinBy(by);
    case 'leave':
      return leaveBy(by);
    case 'rename':
      return renameBy(by, `named ${randomUUID()}`);
    default:
      return sendBy(by, `said ${randomUUID()}`);
  }
};

/** Two instances on one log whose appends meet faults, and people who ask them for things and ask again. */
export class Town {
  readonly intents: Intent[] = [];
  private readonly faults: (AppendFault | 'none')[] = [];
  private readonly index: ReturnType<typeof indexUpTo>;
  private completeToSeq = -1;
  private readonly writers: ConversationWriter[];

  private constructor(readonly store: EventStore) {
    this.index = indexUpTo(store, () => this.completeToSeq);
    this.writers = [this.newWriter(), this.newWriter()];
  }

  static async live({ steps, faults }: Plan): Promise<Town> {
    const town = new Town(await openStore());
    await town.ask(0, [
      { request: groupBy(people[0] as UserId, [], undefined, 'open'), outcomes: [], isDoubled: false },
    ]);
    town.faults.push(...faults);
    for (const one of steps) await town.take(one);
    town.faults.length = 0;
    await town.ask(
      0,
      town.intents.filter((intent) => !isDecided(intent)),
    );
    await town.ask(1, town.intents.filter(isRecorded));
    return town;
  }

  async events(): Promise<readonly RecordedEvent<ConversationEvent>[]> {
    const { events } = await this.store.readStream(conversationStream(conversationId), { maxCount: 1_000 });
    return events as readonly RecordedEvent<ConversationEvent>[];
  }

  /** What each instance, and one that starts now, holds the conversation for. */
  states(): Promise<object[]> {
    const all = [...this.writers, this.newWriter()];
    return Promise.all(
      all.map((writer) => writer.inspect(conversationId, ({ conversation }) => conversationSnapshotOf(conversation))),
    );
  }

  private async take(one: Step): Promise<void> {
    if (one.kind === 'restart') this.writers[one.at] = this.newWriter();
    else if (one.kind === 'index') this.completeToSeq = Math.floor(((await this.headSeq()) * one.share) / 4);
    else if (one.kind === 'repeat') await this.ask(one.at, this.repeatable().slice(-one.count - 1));
    else await this.askFor(one);
  }

  private async askFor({ at, wishes }: Extract<Step, { kind: 'ask' }>): Promise<void> {
    const knownSeq = await this.headSeq();
    const intents = wishes.map(({ wish: wanted, saysHead, isDoubled }) => ({
      request: { ...requestOf(wanted), knownSeq: saysHead ? knownSeq : null },
      outcomes: [],
      isDoubled,
    }));
    await this.ask(at, intents);
  }

  /** Nobody asks again for what was refused: that would be another wish. */
  private repeatable(): Intent[] {
    return this.intents.filter((intent) => isRecorded(intent) || !isDecided(intent));
  }

  private async ask(at: number, intents: readonly Intent[]): Promise<void> {
    const writer = this.writers[at] as ConversationWriter;
    for (const intent of intents) if (!this.intents.includes(intent)) this.intents.push(intent);
    const asked = intents.flatMap((intent) => (intent.isDoubled ? [intent, intent] : [intent]));
    await Promise.all(asked.map(async ({ request, outcomes }) => outcomes.push(await writer.run(request))));
  }

  private async headSeq(): Promise<number> {
    return (await this.events()).length - 1;
  }

  private newWriter(): ConversationWriter {
    const options = { messageIds: this.index, isLogShared: true, limits: SMALL };
    return writerOn(withFaults(this.store, this.faults), options);
  }
}

export const foldOf = (events: readonly RecordedEvent<ConversationEvent>[]): object =>
  conversationSnapshotOf(
    events.reduce(
      (state, { event, revision }) => evolveConversation(state, event, revision as number as Seq),
      initialConversation(),
    ),
  );
