import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGINE_HOOK_MAX_MS, describeWithEngines } from '@verbatim/testing/engines';
import {
  type Platform,
  type PlatformProcess,
  platformEngines,
  requestHttp,
  startPlatform,
} from '@verbatim/testing/scenario';
import { documentText, plain, tableRows } from '../docs/documents.fixtures.js';
import { bodiesBy, startTerminal } from '../e2e/terminal-process.js';
import { knowsCommandApis, leaderOf, metricsOf, statusOf } from './observed.js';
import { Listener, groupsOwnedBy, logOf, makeGroup, register, send, untilAnswered } from './people.js';

/** Six processes start and stop beside a full test run on two cores. */
const TEST_MAX_MS = 180_000;

describeWithEngines(['event-store-server', 'mongo-java-server', 'redis'], (engines) => {
  let platform: Platform;
  let one: PlatformProcess;
  let two: PlatformProcess;

  beforeAll(async () => {
    const [eventStore, mongo, redis] = await Promise.all([
      engines['event-store-server'].start(),
      engines['mongo-java-server'].start(),
      engines.redis.start(),
    ]);
    const urls = platformEngines({ eventStore, mongo, redis });
    platform = await startPlatform({
      ...{ engines: urls, gateways: 2, commandApis: 2, projectors: 2 },
      envOf: (app, index) => (app === 'gateway' ? { GATEWAY_ZONE: `zone-${index + 1}` } : {}),
    });
    [one, two] = platform.gateways as unknown as [PlatformProcess, PlatformProcess];
  }, ENGINE_HOOK_MAX_MS);
  afterAll(() => platform.close());
  /** Everything runs again for the next test. */
  afterEach(async () => {
    const all = [...platform.commandApis, ...platform.projectors, ...platform.gateways];
    for (const each of all) if (!each.isRunning) await each.start();
  }, TEST_MAX_MS);

  describe('two gateways, two command-apis and two projectors', () => {
    it(
      'carry a conversation of two terminals at different gateways',
      async () => {
        const home = await mkdtemp(join(tmpdir(), 'verbatim-two-gateways-'));
        const at = ({ url }: PlatformProcess, name: string, ...args: string[]) =>
          startTerminal(name, { url, home, password: 'correct horse battery', args });
        const bob = at(one, 'bob');
        await bob.shows('* connected as');
        const ada = at(two, 'ada', '--with', 'bob');
        await ada.shows('[direct bob]');
        ada.type('hello bob');
        await bob.shows('ada: hello bob');
        bob.type('/direct ada');
        bob.type('hello ada');
        await ada.shows('bob: hello ada');
        await ada.shows('✓✓ read by bob');
        expect([bodiesBy('ada', bob), bodiesBy('bob', ada)]).toEqual([['hello bob'], ['hello ada']]);
        await Promise.all([ada.kill(), bob.kill()]);
        await rm(home, { recursive: true, force: true });
      },
      TEST_MAX_MS,
    );

    it(
      'are ready, each of them, and live',
      async () => {
        for (const each of [...platform.gateways, ...platform.commandApis, ...platform.projectors])
          expect([await statusOf(each, '/health/live'), await statusOf(each, '/health/ready')]).toEqual([200, 200]);
      },
      TEST_MAX_MS,
    );

    it(
      'show the metrics that are documented, and no other of their own',
      async () => {
        const metrics = await Promise.all([one, platform.projectors[0] as PlatformProcess].map(metricsOf));
        const shown = [...metrics.join('\n').matchAll(/^# TYPE (verbatim_(?:channel|projector)_\w+) (\w+)$/gm)];
        const documented = tableRows(documentText('docs/several-processes.md'), 'Metric of several processes');
        const kinds = Object.fromEntries(documented.map(([name = '', , kind]) => [plain(name), kind]));
        expect(kinds).toEqual(Object.fromEntries(shown.map(([, name, kind]) => [name, kind])));
      },
      TEST_MAX_MS,
    );

    it(
      'publish the same keys at every gateway',
      async () => {
        const keys = await Promise.all([one, two].map(({ url }) => requestHttp(url, '/v1/.well-known/jwks.json')));
        expect(keys[0]?.body).toMatchObject({ keys: [{ kty: 'OKP' }] });
        expect(keys[1]?.body).toEqual(keys[0]?.body);
      },
      TEST_MAX_MS,
    );

    it(
      'show at one gateway what was written through the other, to whoever says what he has seen',
      async () => {
        const [ada, bob] = [await register(one), await register(two)];
        const group = await makeGroup(one, ada, [bob]);
        const listener = await Listener.at(two, bob);
        for (let number = 1; number <= 20; number += 1) {
          await send([one], ada, group, `message ${number}`);
          const { cur } = await listener.message(`message ${number}`);
          const headers = { 'chat-cursor': cur as string };
          const path = `/v1/conversations/${group}/messages?limit=1`;
          const page = await untilAnswered(() => requestHttp(one.url, path, { token: bob.token, headers }));
          expect(page.body).toMatchObject({ items: [{ body: `message ${number}` }] });
        }
        await listener.socket.close();
      },
      TEST_MAX_MS,
    );

    it(
      'end a session everywhere when it ends at one',
      async () => {
        const ada = await register(one);
        const listener = await Listener.at(two, ada);
        const me = await untilAnswered(() => requestHttp(two.url, '/v1/me', { token: ada.token }));
        expect(me.body).toMatchObject({ userId: ada.userId });
        const out = await requestHttp(one.url, '/v1/auth/logout', { method: 'POST', token: ada.token });
        expect(out.status).toBe(204);
        expect((await listener.socket.closed).code).toBe(4504);
        expect(await Promise.all([one, two].map((each) => statusOf(each, '/v1/me', ada.token)))).toEqual([401, 401]);
        await expect(Listener.at(two, ada)).rejects.toThrow('session-ended');
      },
      TEST_MAX_MS,
    );

    it(
      'lead to the gateway of a zone',
      async () => {
        const ada = await register(one);
        const found = await Promise.all(
          ['zone-1', 'zone-2'].map((zone) => requestHttp(one.url, `/v1/gateway?zone=${zone}`, { token: ada.token })),
        );
        expect(found.map(({ body }) => body)).toMatchObject([
          { zone: 'zone-1', url: one.url },
          { zone: 'zone-2', url: two.url },
        ]);
      },
      TEST_MAX_MS,
    );
  });

  describe('a command-api that is killed', () => {
    it(
      'loses nothing that was acked, and no message comes twice',
      async () => {
        const [ada, bob] = [await register(one), await register(two)];
        const groups = await Promise.all([1, 2, 3, 4].map(() => makeGroup(one, ada, [bob])));
        const [victim] = platform.commandApis as [PlatformProcess];
        const texts = Array.from({ length: 25 }, (_, index) => `message ${index}`);
        const acks = groups.map(async (group) => {
          const acked: { text: string; seq: number }[] = [];
          for (const text of texts) acked.push({ text, seq: (await send([one, two], ada, group, text)).seq });
          return acked;
        });
        await victim.kill();
        for (const [index, ackedOf] of acks.entries()) {
          const acked = await ackedOf;
          const log = await logOf(two, bob, groups[index] as string);
          expect([...log]).toEqual(acked.map(({ text, seq }) => [seq, text]));
        }
      },
      TEST_MAX_MS,
    );

    it(
      'is done without while it hangs, and has its share again when it wakes',
      async () => {
        const ada = await register(one);
        const [victim] = platform.commandApis as [PlatformProcess];
        await knowsCommandApis(one, platform.commandApis.length);
        const groups = await groupsOwnedBy(victim, platform, ada);
        victim.pause();
        const answers = await Promise.all(
          groups.map((group) => {
            const body = { clientMsgId: randomUUID(), body: 'hello' };
            const path = `/v1/conversations/${group}/messages`;
            return requestHttp(one.url, path, { method: 'POST', token: ada.token, body });
          }),
        );
        expect(answers.map(({ status }) => status)).toEqual(groups.map(() => 201));
        victim.resume();
        await knowsCommandApis(one, platform.commandApis.length);
        for (const group of groups) await send([one, two], ada, group, 'after');
      },
      TEST_MAX_MS,
    );
  });

  describe('a gateway that is stopped', () => {
    it(
      'sends its clients away, ends with code 0, and is not led to meanwhile',
      async () => {
        const [ada, bob] = [await register(one), await register(two)];
        const group = await makeGroup(one, ada, [bob]);
        const listener = await Listener.at(two, bob);
        const stopped = two.stop();
        const goaway = await listener.push(({ ev }) => ev === 'goaway');
        expect(goaway.d['afterMs']).toEqual(expect.any(Number));
        expect((await listener.socket.closed).code).toBe(4001);
        const found = await requestHttp(one.url, '/v1/gateway?zone=zone-2', { token: ada.token });
        expect(found.body).toMatchObject({ url: one.url });
        expect(await stopped).toEqual({ code: 0, signal: null });
        const elsewhere = await Listener.at(one, bob);
        await send([one], ada, group, 'still here');
        await elsewhere.message('still here');
        await elsewhere.socket.close();
      },
      TEST_MAX_MS,
    );
  });

  describe('a gateway without a command-api', () => {
    it(
      'starts, refuses commands as unavailable, and is ready once one is there',
      async () => {
        const ada = await register(one);
        await Promise.all(platform.commandApis.map((each) => each.kill()));
        await two.restart();
        const body = { name: 'Analysts', visibility: 'open' };
        const refused = await requestHttp(one.url, '/v1/groups', { method: 'POST', token: ada.token, body });
        expect([refused.status, refused.body]).toMatchObject([503, { code: 'unavailable', retryable: true }]);
        const ready = await requestHttp(two.url, '/health/ready');
        expect([ready.status, ready.body]).toMatchObject([503, { checks: { keys: 'not known yet' } }]);
        await platform.commandApis[1]?.start();
        while ((await statusOf(two, '/health/ready')) !== 200);
        expect(await makeGroup(two, ada, [])).toEqual(expect.any(String));
      },
      TEST_MAX_MS,
    );
  });

  describe('a projector that leads', () => {
    it.each(['kill', 'stop'] as const)(
      'is followed by the other after its %s, which goes on where it was',
      async (end) => {
        const [ada, bob] = [await register(one), await register(two)];
        const group = await makeGroup(one, ada, [bob]);
        const leader = await leaderOf(platform.projectors);
        await leader[end]();
        const acked = await send([one], ada, group, `after the ${end}`);
        const path = `/v1/conversations/${group}/messages?limit=1`;
        const untilShown = async (): Promise<number> => {
          for (;;) {
            const { body, status } = await requestHttp(two.url, path, { token: bob.token });
            const [last] = status === 200 ? (body as { items: { seq: number }[] }).items : [];
            if (last?.seq === acked.seq) return last.seq;
          }
        };
        expect(await untilShown()).toBe(acked.seq);
        expect(await leaderOf(platform.projectors)).not.toBe(leader);
      },
      TEST_MAX_MS,
    );
  });

  describe('a rolling restart', () => {
    it(
      'loses no message and doubles none',
      async () => {
        const [ada, bob] = [await register(one), await register(two)];
        const group = await makeGroup(one, ada, [bob]);
        let isOver = false;
        const acked: [number, string][] = [];
        const sending = (async () => {
          for (let number = 0; !isOver; number += 1) {
            const { seq } = await send([one, two], ada, group, `message ${number}`);
            acked.push([seq, `message ${number}`]);
          }
        })();
        for (const each of [...platform.commandApis, ...platform.projectors, ...platform.gateways])
          await each.restart();
        isOver = true;
        await sending;
        expect([...(await logOf(one, bob, group))]).toEqual(acked);
        expect(acked.length).toBeGreaterThan(10);
      },
      TEST_MAX_MS,
    );
  });
});
