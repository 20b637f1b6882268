import { randomUUID } from 'node:crypto';
import type { RawReply } from '@verbatim/testing/scenario';
import type { Client } from './scene/client.js';
import { EventStream } from './scene/event-stream.js';
import type { Person } from './scene/person.js';
import { Scene, newName } from './scene/scene.js';

const START_MAX_MS = 60_000;
const SPEC_MAX_MS = 60_000;

let scene: Scene;
beforeAll(async () => {
  // A hundred sessions are made at once.
  scene = await Scene.open({ PASSWORD_HASH_WAITING_MAX: '1000', PASSWORD_HASH_CONCURRENCY: '2' });
}, START_MAX_MS);
afterAll(() => scene.close(), START_MAX_MS);

type Sent = { readonly seq: number; readonly messageId: string; readonly sentAt: string; readonly duplicate: boolean };
const sentOf = (reply: RawReply): Sent | null => (reply.ok ? (reply.d as unknown as Sent) : null);
const codeOf = (reply: RawReply): string => (reply.ok ? 'ok' : reply.error.code);

/** Connections of as many sessions: a newer connection of the same session would replace the older. */
const connections = (person: Person, count: number): Promise<Client[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => scene.connect(index === 0 ? person : await scene.logIn(person))),
  );

const sendTo = (client: Client, conversationId: string, body: string, clientMsgId = randomUUID()): Promise<RawReply> =>
  client.ask('message.send', { conversationId, clientMsgId, body });

/** Sends until it is acknowledged; only `busy` is a reason to try again, with the same id. */
const sendUntilAcked = async (client: Client, conversationId: string, body: string): Promise<Sent> => {
  const clientMsgId = randomUUID();
  for (;;) {
    const reply = await sendTo(client, conversationId, body, clientMsgId);
    const sent = sentOf(reply);
    if (sent !== null) return sent;
    if (codeOf(reply) !== 'busy') throw new Error(`refused: ${codeOf(reply)}`);
  }
};

type Page = { readonly events: readonly { readonly d: Readonly<Record<string, unknown>> }[]; readonly headSeq: number };
const EVENTS_PAGE_MAX = 500;
/** Every event of the conversation as the person may read it, up to its head. */
const allEvents = async (person: Person, conversationId: string): Promise<Page['events']> => {
  const events: Page['events'][number][] = [];
  for (;;) {
    const d = { conversationId, afterSeq: events.length - 1, limit: EVENTS_PAGE_MAX };
    const page = await scene.run<Page>(person, 'events.page', d);
    events.push(...page.events);
    if (page.events.length === 0 || events.length > page.headSeq) return events;
  }
};
const seqsOf = (events: Page['events']): readonly unknown[] => events.map(({ d }) => d['seq']);
const upTo = (head: number): readonly number[] => Array.from({ length: head + 1 }, (_, seq) => seq);

describe('a removal that races a thousand sends of the one who is removed', () => {
  const SENDS = 1_000;
  const SOCKETS = 5;
  const LANES_PER_SOCKET = 20;
  const REMOVED_AFTER = 300;
  const SENT_AFTERWARDS = 20;
  let owner: Person;
  let mallory: Person;
  let group: string;
  let malloryOnline: readonly Client[];
  let stream: EventStream;
  let polled: readonly number[];
  let replies: readonly RawReply[];
  let removalSeq: number;
  let headSeq: number;

  /** Long polls of the removed one, one after the other, until the server has nothing more for him. */
  const pollAll = async (isOver: () => boolean): Promise<readonly number[]> => {
    const seqs: number[] = [];
    let cursor = '';
    for (let wasOver = false; ; wasOver = isOver()) {
      const wait = isOver() ? '0' : '1';
      const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}&wait=${wait}`;
      const { body } = await scene.http(`/v1/sync${query}`, { token: mallory.accessToken });
      const page = body as { cursor: string; events: readonly { d: { seq?: number } }[] };
      seqs.push(...page.events.flatMap(({ d }) => (d.seq === undefined ? [] : [d.seq])));
      cursor = page.cursor;
      if (wasOver && page.events.length === 0) return seqs;
    }
  };

  /** Each lane sends one after the other; the removal starts when enough are acknowledged. */
  const sendInLanes = (clients: readonly Client[], remove: () => Promise<RawReply>) => {
    const removing = Promise.withResolvers<RawReply>();
    const all: RawReply[] = [];
    let started = 0;
    let acked = 0;
    const runLane = async (client: Client): Promise<void> => {
      while (started < SENDS) {
        started += 1;
        const reply = await sendTo(client, group, `message ${started}`);
        all.push(reply);
        if (reply.ok && (acked += 1) === REMOVED_AFTER) removing.resolve(remove());
      }
    };
    const lanes = clients.flatMap((client) => Array.from({ length: LANES_PER_SOCKET }, () => runLane(client)));
    return { replies: Promise.all(lanes).then(() => all), removal: removing.promise };
  };

  beforeAll(async () => {
    [owner, mallory] = [await scene.register(), await scene.register()];
    const member = await scene.register();
    group = await scene.group(owner, [mallory, member]);
    const [ownerOnline, memberOnline] = [await scene.connect(owner), await scene.connect(member)];
    malloryOnline = await connections(mallory, SOCKETS);
    stream = await EventStream.open(scene.url, mallory);
    let isOver = false;
    const polling = pollAll(() => isOver);
    const remove = (): Promise<RawReply> =>
      ownerOnline.ask('member.remove', { conversationId: group, commandId: randomUUID(), userId: mallory.userId });
    const sending = sendInLanes(malloryOnline, remove);
    replies = await sending.replies;
    const reply = await sending.removal;
    if (!reply.ok) throw new Error(`not removed: ${reply.error.code}`);
    removalSeq = Number(reply.d['seq']);
    for (let count = 0; count < SENT_AFTERWARDS; count += 1)
      headSeq = (await sendUntilAcked(ownerOnline, group, `secret ${count}`)).seq;
    await memberOnline.push(({ d }) => d['conversationId'] === group && d['seq'] === headSeq);
    await Promise.all(malloryOnline.map((client) => client.settle()));
    await scene.connect(mallory).then((client) => client.settle());
    isOver = true;
    polled = await polling;
  }, SPEC_MAX_MS);

  it('leaves each of them before the removal, acknowledged, or refused', () => {
    expect(replies).toHaveLength(SENDS);
    expect(new Set(replies.map(codeOf))).toEqual(new Set(['ok', 'not-a-member']));
    const acked = replies.flatMap((reply) => sentOf(reply)?.seq ?? []);
    expect(acked.length).toBeGreaterThanOrEqual(REMOVED_AFTER);
    expect(acked.toSorted((a, b) => a - b)).toEqual(upTo(removalSeq - 1).slice(1));
    expect(headSeq).toBe(removalSeq + SENT_AFTERWARDS);
  });

  it('ends what he is pushed with the removal, on every socket, stream and poll', () => {
    for (const client of malloryOnline) expect(client.seqs(group).at(-1)).toBe(removalSeq);
    const streamed = stream.pushes.flatMap(({ d }) => (typeof d['seq'] === 'number' ? [d['seq']] : []));
    expect(streamed.at(-1)).toBe(removalSeq);
    expect(Math.max(...polled)).toBe(removalSeq);
    expect([...polled]).toEqual([...new Set(polled)]);
  });

  it('ends what he may read with the removal, by every query', async () => {
    expect(seqsOf(await allEvents(mallory, group))).toEqual(upTo(removalSeq));
    const history = await scene.run<{ items: readonly { seq: number }[]; headSeq: number }>(mallory, 'history.page', {
      conversationId: group,
    });
    expect([history.headSeq, history.items.at(-1)?.seq]).toEqual([removalSeq, removalSeq]);
    const entry = await scene.run(mallory, 'conversation.get', { conversationId: group });
    expect(entry).toMatchObject({ headSeq: removalSeq, leftAtSeq: removalSeq });
    const inbox = await scene.run(mallory, 'inbox.page', {});
    const shown = JSON.stringify([entry, inbox, history, stream.pushes, malloryOnline.map(({ pushes }) => pushes)]);
    expect(shown).not.toContain('secret');
    await expect(scene.run(mallory, 'member.list', { conversationId: group })).rejects.toThrow('not-a-member');
  });

  it('ends what a resume brings with the removal, from wherever it starts', async () => {
    await stream.leave();
    const witness = malloryOnline[1] as Client;
    const early = witness.pushes.find(({ d }) => d['seq'] === removalSeq - 5)?.cur as string;
    for (const [cursor, missed] of [
      [early, upTo(removalSeq).slice(-5)],
      [witness.cursor, []],
    ] as const) {
      const back = await scene.connect(await scene.logIn(mallory), cursor);
      await back.settle();
      expect(back.seqs(group)).toEqual(missed);
      expect(JSON.stringify(back.pushes)).not.toContain('secret');
    }
  });
});

describe('a hundred writers of one conversation', () => {
  const PEOPLE = 10;
  const SESSIONS = 10;
  const SENDS = 5;

  it(
    'are all acknowledged, each once, without a hole',
    async () => {
      const people = await Promise.all(Array.from({ length: PEOPLE }, () => scene.register()));
      const group = await scene.group(people[0] as Person, people.slice(1));
      const writers = (await Promise.all(people.map((person) => connections(person, SESSIONS)))).flat();
      const rows = scene.logRows();
      const acks = await Promise.all(
        writers.flatMap((writer, index) =>
          Array.from({ length: SENDS }, (_, count) => sendUntilAcked(writer, group, `${index} ${count}`)),
        ),
      );
      const total = PEOPLE * SESSIONS * SENDS;
      expect(acks.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(upTo(total).slice(1));
      expect(acks.filter(({ duplicate }) => duplicate)).toEqual([]);
      expect(new Set(acks.map(({ messageId }) => messageId)).size).toBe(total);
      expect(scene.logRows() - rows).toBe(total);
      const events = await allEvents(people[1] as Person, group);
      expect(seqsOf(events)).toEqual(upTo(total));
      const bodies = events.slice(1).map(({ d }) => String(d['body']));
      expect(new Set(bodies).size).toBe(total);
      for (const writer of writers) {
        await writer.until(() => writer.seqs(group).at(-1) === total || undefined);
        expect(writer.seqs(group)).toEqual(upTo(total).slice(1));
        await writer.leave();
      }
    },
    SPEC_MAX_MS,
  );
});

describe('fifty registrations of one name at once', () => {
  it(
    'make one account',
    async () => {
      const userName = newName('contested');
      const register = async (index: number): Promise<string> => {
        const body = { userName, password: `password number ${index}` };
        const answer = await scene.http('/v1/auth/register', { method: 'POST', body });
        // More than may wait for their hash: come back as told.
        if (answer.status === 503 && answer.headers.has('retry-after')) return register(index);
        return `${answer.status} ${(answer.body as { code?: string }).code ?? ''}`;
      };
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => register(index)));
      expect(answers.filter((answer) => answer === '201 ')).toHaveLength(1);
      expect(answers.filter((answer) => answer === '409 user-name-taken')).toHaveLength(49);
    },
    SPEC_MAX_MS,
  );
});

describe('one client message id on many connections at once', () => {
  const SESSIONS = 20;

  it(
    'is one message with one acknowledgement, and with another body a mismatch',
    async () => {
      const [ada, bob] = [await scene.register(), await scene.register()];
      const direct = await scene.direct(ada, bob);
      const clients = await connections(ada, SESSIONS);
      const rows = scene.logRows();
      const clientMsgId = randomUUID();
      const overHttp = async (body: string): Promise<{ status: number; ack: Sent & { code?: string } }> => {
        const request = { method: 'POST', token: ada.accessToken, body: { clientMsgId, body } } as const;
        const answer = await scene.http(`/v1/conversations/${direct}/messages`, request);
        return { status: answer.status, ack: answer.body as Sent };
      };
      const [onSockets, overRoutes] = await Promise.all([
        Promise.all(clients.map(async (client) => sentOf(await sendTo(client, direct, 'once', clientMsgId)))),
        Promise.all(clients.map(async () => (await overHttp('once')).ack)),
      ]);
      const acks = [...onSockets, ...overRoutes];
      expect(acks.filter((ack) => ack?.duplicate === false)).toHaveLength(1);
      expect(new Set(acks.map((ack) => JSON.stringify({ ...ack, duplicate: null }))).size).toBe(1);
      expect(scene.logRows() - rows).toBe(1);
      const other = await Promise.all(clients.map((client) => sendTo(client, direct, 'twice', clientMsgId)));
      expect(new Set(other.map(codeOf))).toEqual(new Set(['idempotency-mismatch']));
      expect(await overHttp('twice')).toMatchObject({ status: 409, ack: { code: 'idempotency-mismatch' } });
      expect(scene.logRows() - rows).toBe(1);
    },
    SPEC_MAX_MS,
  );
});
