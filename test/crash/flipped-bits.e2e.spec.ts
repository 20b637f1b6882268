import { join } from 'node:path';
import {
  killRunningServers,
  makeDataFolder,
  requestHttp,
  runProgram,
  ServerNotReadyError,
  startServer,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import { foundTown, type Town } from './campaign/town.js';
import { readView } from './campaign/views.js';
import { bodyOf, copyOf, flipBitIn, seedMessages } from './damaged-data.js';

/** The start checks the newest 10,000 records; the scrub walks the others, oldest first, in about two seconds. */
const SEEDED_MESSAGES = 24_000;
const SCRUBBED_EARLY = 50;
const SCRUBBED_LATE = 13_500;
const CASE_MAX_MS = 60_000;
const VERIFY = 'apps/projector/dist/cli/verify.main.js';
const DAMAGED_AT = /^verbatim: [^\n]*damaged at position \d+: [^\n]+$/;

describe('a bit flipped in an old record', () => {
  const root = makeDataFolder('flipped-bits');
  const seeded = join(root.path, 'seeded');
  let town: Town;

  beforeAll(async () => {
    const first = await startServer({ dataDirectory: seeded });
    town = await foundTown(first.url);
    await first.stop();
    await seedMessages(seeded, town, SEEDED_MESSAGES);
    const second = await startServer({ dataDirectory: seeded });
    await Promise.all(town.devices.map((device) => device.connect(second.url)));
    const [person] = town.people;
    if (person === undefined) throw new Error('an empty town');
    await readView(second.url, person, new Map(town.directIds.map((id) => [id, SEEDED_MESSAGES - 10])));
    await second.stop();
  }, CASE_MAX_MS);
  afterEach(killRunningServers);
  afterAll(() => root.remove());

  const flippedIn = (number: number): string => {
    const folder = copyOf(seeded, join(root.path, `flipped-${number}-${Math.random()}`));
    flipBitIn(join(folder, 'events.db'), bodyOf(number));
    return folder;
  };

  const expectStopped = async ({ exited, errorOutput }: ServerProcess): Promise<void> => {
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(errorOutput().trim()).toMatch(DAMAGED_AT);
  };

  /** The scrub may be there before the server is ready. */
  const expectStoppedAlone = async (dataDirectory: string): Promise<void> => {
    try {
      await expectStopped(await startServer({ dataDirectory }));
    } catch (error) {
      if (!(error instanceof ServerNotReadyError)) throw error;
      expect(error.exit).toEqual({ code: 1, signal: null });
      expect(error.errorOutput).toMatch(DAMAGED_AT);
    }
  };

  it(
    'is met by the read of it, which serves nothing and stops the server with the position',
    async () => {
      const server = await startServer({ dataDirectory: flippedIn(SCRUBBED_LATE) });
      const path = `/v1/conversations/${town.directIds[0]}/events?afterSeq=${SCRUBBED_LATE - 100}&limit=200`;
      const token = town.people[0]?.devices[0]?.token ?? '';
      const answer = await requestHttp(server.url, path, { token }).catch(() => null);
      expect(answer === null || answer.status >= 500).toBe(true);
      expect(JSON.stringify(answer?.body ?? '')).not.toContain('seeded message');
      await expectStopped(server);
    },
    CASE_MAX_MS,
  );

  it(
    'is met by the scrub, which stops the server with the position',
    async () => {
      await expectStoppedAlone(flippedIn(SCRUBBED_EARLY));
    },
    CASE_MAX_MS,
  );

  it(
    'is met by verify, which ends with the position',
    async () => {
      const { code, errorOutput } = await runProgram(VERIFY, { DATA_DIR: flippedIn(SCRUBBED_EARLY) });
      expect(code).toBe(1);
      expect(errorOutput).toMatch(/damaged at position \d+/);
    },
    CASE_MAX_MS,
  );

  it(
    'is not there in the seeded log: the whole of it is verified, and starts',
    async () => {
      const { code, output } = await runProgram(VERIFY, { DATA_DIR: seeded });
      expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/ 0 differ from a replay\n$/) });
    },
    CASE_MAX_MS,
  );
});
