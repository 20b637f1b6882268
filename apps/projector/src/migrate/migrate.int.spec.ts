import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { openEventStore, type EventStore, type Position, type RecordedEvent } from '@verbatim/event-store';
import { openStateStore } from '@verbatim/state';
import { launchEventStoreServer, type EventStoreServerProcess } from '@verbatim/testing/event-store-server';
import { makeDataFolder, type DataFolder } from '@verbatim/testing/scenario';
import { openParkedReactions } from '../reactors/parked-reactions.js';
import { openReactorCheckpoints } from '../reactors/reactor-checkpoints.js';
import { startOf } from '../reactors/reactor-start.js';
import { aConversation, People } from '../testkit/people.fixtures.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/migrate.main.js', import.meta.url));
/** Programs start, on a busy machine. Nothing waits for it. */
jest.setTimeout(60_000);

const onFatal = (error: Error): void => {
  throw error;
};

let server: EventStoreServerProcess;
let folder: DataFolder;
beforeEach(async () => {
  folder = makeDataFolder('migrate');
  server = await launchEventStoreServer({ directory: join(folder.path, 'event-store') });
});
afterEach(async () => {
  await server.kill();
  folder.remove();
});

type Ended = { readonly code: unknown; readonly output: string; readonly errorOutput: string };

/** State stays in its file. */
const stays = (): string[] => ['--state', `sqlite:${join(folder.path, 'state.db')}`];
const start = (...args: string[]) => {
  const env = { PATH: process.env['PATH'] ?? '', DATA_DIR: folder.path };
  return spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
};
const run = async (...args: string[]): Promise<Ended> => {
  const child = start(...args);
  const [output, errorOutput, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, output, errorOutput };
};

const openLog = (): Promise<EventStore> => openEventStore(`sqlite:${join(folder.path, 'events.db')}`, { onFatal });
const openState = () => openStateStore(`sqlite:${join(folder.path, 'state.db')}`);
const everything = async (store: EventStore): Promise<readonly RecordedEvent[]> =>
  (await store.readAll({ after: null, maxCount: 1_000 })).events;

/** Forty messages, and a reactor that has handled the first thirty of them and parked the fifth. */
const aPlatform = async (): Promise<{ readonly handled: RecordedEvent; readonly parked: RecordedEvent }> => {
  const log = await openLog();
  const people = new People(log);
  const [tea, coffee] = [aConversation(), aConversation()];
  for (let round = 0; round < 20; round += 1) {
    await people.sends(tea, `tea ${round}`);
    await people.sends(coffee, `coffee ${round}`);
  }
  const events = await everything(log);
  const [handled, parked] = [events[29], events[4]] as [RecordedEvent, RecordedEvent];
  await log.close();
  const state = await openState();
  await (await openReactorCheckpoints(state))('relay-v1').save(handled);
  await (
    await openParkedReactions(state)
  ).park({ reactor: 'relay-v1', ...parked, reason: 'unknown-type: X', parkedAt: '2026-01-01T10:00:00.000Z' });
  await state.close();
  return { handled, parked };
};

/** Where the reactor goes on in the new log, and where its parked event is there. */
const afterwards = async () => {
  const [log, state] = [await openEventStore(server.url, { onFatal }), await openState()];
  const checkpoint = (await openReactorCheckpoints(state))('relay-v1');
  const reactor = { name: 'relay-v1', startsAt: 'start' } as never;
  const start = await startOf(reactor, checkpoint, log);
  const rest = await log.readAll({ after: start?.position ?? null, maxCount: 1_000 });
  const [parked] = await (await openParkedReactions(state)).of('relay-v1');
  const parkedEvent = await log.readAt(parked?.position as Position);
  const all = await everything(log);
  await Promise.all([log.close(), state.close()]);
  return { start, rest: rest.events, parkedEvent, all };
};

describe('npm run migrate', () => {
  it('moves the log, and a reactor goes on behind the event that it handled last', async () => {
    const { handled, parked } = await aPlatform();
    const { code, output } = await run('--to', server.url, ...stays());
    const { start: begins, rest, parkedEvent, all } = await afterwards();
    expect(code).toBe(0);
    expect(output).toContain('copied 40 events, 0 were there');
    expect(output).toMatch(/begins epoch 2/);
    expect(output).toContain('moved 2 checkpoints and parked events');
    expect(begins?.eventId).toBe(handled.eventId);
    expect(rest).toEqual(all.slice(30));
    expect(parkedEvent?.eventId).toBe(parked.eventId);
  });

  it('may be killed and repeated', async () => {
    const { handled } = await aPlatform();
    await server.fault({ killAfterAppends: 15 });
    const killed = start('--to', server.url, ...stays());
    await server.gone;
    killed.kill('SIGKILL');
    await once(killed, 'close');
    server = await server.restart();
    const { code, errorOutput } = await run('--to', server.url, ...stays());
    const again = await run('--to', server.url, ...stays());
    expect([errorOutput, code, again.code]).toEqual(['', 0, 0]);
    expect(again.output).toContain('copied 0 events, 40 were there');
    expect((await afterwards()).start?.eventId).toBe(handled.eventId);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no target', [], /usage: npm run migrate/],
    ['an unknown option', ['--into', 'esdb://127.0.0.1:1'], /usage: npm run migrate/],
    ['a target that is no EventStoreDB', ['--to', 'mongodb://127.0.0.1:1'], /--to has to be esdb/],
    ['a log that is not there', ['--to', 'esdb://127.0.0.1:1', '--from', 'sqlite:/nowhere/events.db'], /no event log/],
    ['a target that is not there', ['--to', 'esdb://ada:secret@127.0.0.1:1?tls=false'], /cannot be reached/],
    [
      'State that is not there',
      ['--to', 'esdb://127.0.0.1:1', '--state-from', 'sqlite:/nowhere/state.db'],
      /no .*state.db/,
    ],
    ['State in memory', ['--to', 'esdb://127.0.0.1:1', '--state', 'memory:'], /--state has to be mongodb/],
    [
      'a new State that is not there',
      ['--to', 'esdb://127.0.0.1:1', '--state', 'mongodb://ada:secret@127.0.0.1:1/state?serverSelectionTimeoutMS=200'],
      /--state: no MongoDB server/,
    ],
    [
      'a new State without a database',
      ['--to', 'esdb://127.0.0.1:1', '--state', 'mongodb://ada:secret@127.0.0.1:1'],
      /--state/,
    ],
  ])('is refused with one line on %s', async (_, args, words) => {
    await aPlatform();
    const { code, errorOutput } = await run(...args, ...(args.includes('--state') ? [] : stays()));
    expect(code).toBe(1);
    expect(errorOutput).toMatch(words);
    expect(errorOutput.trim().split('\n')).toHaveLength(1);
    expect(errorOutput).not.toContain('secret');
  });

  it('leaves State in its file only when told so', async () => {
    await aPlatform();
    const { code, errorOutput } = await run('--to', server.url);
    expect(code).toBe(1);
    expect(errorOutput).toMatch(/--state mongodb:\/\/.*--state sqlite:\S+ if it stays there/);
  });

  it('is refused without the accounts of the log', async () => {
    await aPlatform();
    const empty = `sqlite:${join(folder.path, 'other.db')}`;
    await (await openStateStore(empty)).close();
    const { code, errorOutput } = await run('--to', server.url, '--state-from', empty, '--state', empty);
    expect(code).toBe(1);
    expect(errorOutput).toMatch(/^verbatim: STATE_URL names a State without accounts: [^\n]*--state-from\n$/);
  });

  it('is refused while a server has the log open', async () => {
    await aPlatform();
    const log = await openLog();
    const { code, errorOutput } = await run('--to', server.url, ...stays());
    await log.close();
    expect(code).toBe(1);
    expect(errorOutput).toContain('is already open');
  });
});
