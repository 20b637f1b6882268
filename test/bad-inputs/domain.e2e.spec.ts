import { randomUUID } from 'node:crypto';
import type { Client } from './scene/client.js';
import type { Person } from './scene/person.js';
import { Scene } from './scene/scene.js';
import { tracesIn } from './scene/standing.js';

const START_MAX_MS = 60_000;

let scene: Scene;
let ada: Person;
let bob: Person;
let adaOnline: Client;
let direct: string;
beforeAll(async () => {
  scene = await Scene.open();
  [ada, bob] = [await scene.register(), await scene.register()];
  direct = await scene.direct(ada, bob);
  adaOnline = await scene.connect(ada);
}, START_MAX_MS);
afterAll(() => scene.close(), START_MAX_MS);

/** What each of them is elsewhere: an operator, a query, a page, a pattern, a command of a terminal, two records of a log. */
const TEXTS_OF_OTHER_LANGUAGES = [
  '{"$gt":""}',
  '{"$where":"sleep(1000)"}',
  "'; DROP TABLE events; --",
  '<script>alert(document.cookie)</script>',
  '[click](javascript:alert(1))',
  `${'a'.repeat(64)}!(a+)+$`,
  'NEAR("a" "b") * "unbalanced',
  '\u001b[2J\u001b]0;owned\u0007',
  'one line\r\n{"level":"error","msg":"a record of its own"}',
  '\u202etxt.exe\u2066',
  '__proto__',
  '${jndi:ldap://127.0.0.1/x}',
  '%s%n%x %00 \\u0000',
  '\ufeffa byte order mark',
  'a'.repeat(4_000),
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'.repeat(600),
];

describe('a text that means something elsewhere', () => {
  it.each(TEXTS_OF_OTHER_LANGUAGES.map((text) => ({ text, title: JSON.stringify(text).slice(0, 40) })))(
    'is a text here: $title',
    async ({ text }) => {
      const bobOnline = await scene.connect(bob);
      const seq = await scene.send(ada, direct, text);
      const clientMsgId = randomUUID();
      const onSocket = await adaOnline.ask('message.send', { conversationId: direct, clientMsgId, body: text });
      expect(onSocket).toMatchObject({ ok: true, d: { seq: seq + 1 } });
      const pushed = await bobOnline.push(({ d }) => d['conversationId'] === direct && d['seq'] === seq + 1);
      expect(pushed.d['body']).toBe(text);
      const d = { conversationId: direct, afterSeq: seq - 1 };
      const { events } = await scene.run<{ events: readonly { d: { body: string } }[] }>(bob, 'events.page', d);
      expect(events.map((event) => event.d.body)).toEqual([text, text]);
      expect(tracesIn(scene.server.output() + scene.server.errorOutput(), [text, ...scene.secrets])).toEqual([]);
      await bobOnline.leave();
    },
  );
});

describe('a receipt', () => {
  it.each(['readUpTo', 'deliveredUpTo'])('for more than was sent is one for all that was sent: %s', async (mark) => {
    const seq = await scene.send(ada, direct, 'the newest');
    await scene.run(bob, 'receipt.advance', { conversationId: direct, [mark]: Number.MAX_SAFE_INTEGER });
    const receipt = await adaOnline.push(
      ({ ev, d }) => ev === 'receipt.advanced' && (d['users'] as Record<string, unknown>[])[0]?.[mark] === seq,
    );
    expect(receipt.d).toMatchObject({ conversationId: direct, users: [{ userId: bob.userId, [mark]: seq }] });
  });
});

describe('a group', () => {
  type Members = { readonly members: readonly { readonly userId: string; readonly role: string }[] };

  it('has one owner for as long as it has members, also when they leave all at once', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => scene.register()));
    const [stayer, ...leavers] = people as [Person, ...Person[]];
    const [owner, ...others] = leavers as [Person, ...Person[]];
    const group = await scene.group(owner, [...others, stayer]);
    const watching = await scene.connect(stayer);
    const leave = (person: Person) => scene.run(person, 'group.leave', { conversationId: group });
    await Promise.all(leavers.map(leave));
    await watching.push(({ d }) => d['conversationId'] === group && d['seq'] === leavers.length);
    const reply = await watching.ask('member.list', { conversationId: group });
    expect(reply.ok && (reply.d as unknown as Members).members).toMatchObject([
      { userId: stayer.userId, role: 'owner' },
    ]);
  });

  it('is not taken over by one who leaves and comes back', async () => {
    const [owner, member] = [await scene.register(), await scene.register()];
    const group = await scene.group(owner, [member], 'open');
    await scene.run(member, 'group.leave', { conversationId: group });
    await scene.run(member, 'group.join', { conversationId: group });
    const d = { conversationId: group, userId: owner.userId };
    await expect(scene.run(member, 'member.remove', d)).rejects.toThrow('not-the-owner');
    await expect(scene.run(member, 'group.rename', { ...d, userId: undefined, name: 'mine' })).rejects.toThrow(
      'not-the-owner',
    );
  });
});
