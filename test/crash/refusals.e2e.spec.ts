import { jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  killRunningServers,
  launchServer,
  makeDataFolder,
  randomSource,
  ServerNotReadyError,
  startServer,
} from '@verbatim/testing/scenario';
import { foundTown, type Town } from './campaign/town.js';
import { Witness } from './campaign/witness.js';
import { copyOf, flipBitIn } from './damaged-data.js';
import { readRawLog } from './raw-log.js';

const CASE_MAX_MS = 60_000;
const ANSWERS = 80;
const MARKER_SLOT_BYTES = 4_096;
const ONE_LINE = /^verbatim: [^\n]+$/;

jest.setTimeout(CASE_MAX_MS);
const root = makeDataFolder('refusals');
afterEach(killRunningServers);
afterAll(() => root.remove());

let cases = 0;
const newFolder = (): string => join(root.path, `case-${(cases += 1)}`);

/** Starts a server that must not start. @returns the one line that it says */
const refusalOf = async (dataDirectory: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const error: unknown = await launchServer({ dataDirectory, env }).ready.then(
    () => null,
    (refusal: unknown) => refusal,
  );
  if (!(error instanceof ServerNotReadyError)) throw new Error('the server started');
  expect(error.exit).toEqual({ code: 1, signal: null });
  expect(error.errorOutput).toMatch(ONE_LINE);
  return error.errorOutput;
};

const positionIn = (line: string): number => Number(/ position (\d+)\b/.exec(line)?.[1]);

describe('a log that is not what was written', () => {
  let stopped: string;
  let killed: string;
  let earlier: string;
  let town: Town;

  const loadServer = async (end: 'stop' | 'kill', folder: string, found: (url: string) => Promise<Town>) => {
    const server = await startServer({ dataDirectory: folder });
    town = await found(server.url);
    const witness = new Witness(folder, town, randomSource(5));
    let answers = 0;
    const load = witness.newLoad(server.url, () => {
      answers += 1;
      if (answers === ANSWERS) load.stop();
    });
    await load.run();
    await server[end]();
  };

  beforeAll(async () => {
    const live = newFolder();
    await loadServer('stop', live, foundTown);
    earlier = copyOf(live, newFolder());
    await loadServer('stop', live, async (url) => {
      await Promise.all(town.devices.map((device) => device.connect(url)));
      return town;
    });
    stopped = copyOf(live, newFolder());
    await loadServer('kill', live, async (url) => {
      await Promise.all(town.devices.map((device) => device.connect(url)));
      return town;
    });
    killed = copyOf(live, newFolder());
  });

  const damaged = (base: string, damage: (folder: string) => void): string => {
    const folder = copyOf(base, newFolder());
    damage(folder);
    return folder;
  };

  it('starts when nobody has touched it', async () => {
    for (const base of [stopped, killed]) {
      const server = await startServer({ dataDirectory: copyOf(base, newFolder()) });
      expect((await server.stop()).code).toBe(0);
    }
  });

  it('is refused with the position when its newest part is cut off', async () => {
    const folder = damaged(killed, (copy) => {
      const wal = join(copy, 'events.db-wal');
      truncateSync(wal, Math.floor(readFileSync(wal).length / 2));
    });
    expect(positionIn(await refusalOf(folder))).toBeGreaterThan(0);
  });

  it('is refused with the position when its newest part is gone', async () => {
    const folder = damaged(killed, (copy) => rmSync(join(copy, 'events.db-wal')));
    expect(positionIn(await refusalOf(folder))).toBeGreaterThan(0);
  });

  it('is refused with the position when a bit of its newest part is flipped', async () => {
    const folder = damaged(killed, (copy) => {
      const wal = join(copy, 'events.db-wal');
      const bytes = readFileSync(wal);
      bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
      writeFileSync(wal, bytes);
    });
    expect(positionIn(await refusalOf(folder))).toBeGreaterThan(0);
  });

  it('is refused with the position when an older copy was put in its place', async () => {
    const folder = damaged(stopped, (copy) => copyFileSync(join(earlier, 'events.db'), join(copy, 'events.db')));
    const rows = readRawLog(join(earlier, 'events.db')).length;
    expect(positionIn(await refusalOf(folder))).toBeGreaterThan(rows);
  });

  it('is refused when its file is cut in half', async () => {
    const folder = damaged(stopped, (copy) => {
      const file = join(copy, 'events.db');
      truncateSync(file, Math.floor(readFileSync(file).length / 2));
    });
    expect(await refusalOf(folder)).toMatch(/the event log is damaged/);
  });

  it('is refused with the position of the record in which a bit is flipped', async () => {
    const messages = readRawLog(join(stopped, 'events.db')).filter(({ type }) => type === 'MessageSent');
    const positions: number[] = [];
    for (const message of [messages.at(0), messages.at(-1)]) {
      const text = String(message?.data['messageId']);
      positions.push(positionIn(await refusalOf(damaged(stopped, (copy) => flipBitIn(join(copy, 'events.db'), text)))));
    }
    expect(positions[0]).toBeGreaterThan(0);
    expect(positions[1]).toBeGreaterThan(positions[0] ?? 0);
  });

  it.each([
    ['is missing', (marker: string): void => rmSync(marker)],
    ['is empty', (marker: string): void => writeFileSync(marker, '')],
    [
      'is flipped in both slots',
      (marker: string): void => {
        const bytes = readFileSync(marker);
        for (const at of [30, MARKER_SLOT_BYTES + 30]) bytes[at] = (bytes[at] ?? 0) ^ 1;
        writeFileSync(marker, bytes);
      },
    ],
  ])('is refused when its head marker %s', async (_, damage) => {
    const folder = damaged(stopped, (copy) => damage(join(copy, 'events.db.head')));
    expect(await refusalOf(folder)).toMatch(/marker/);
  });

  it('starts when one slot of its head marker is torn: the other one is whole', async () => {
    for (const slot of [0, 1]) {
      const folder = damaged(killed, (copy) => {
        const marker = join(copy, 'events.db.head');
        const bytes = readFileSync(marker);
        bytes.fill(0, slot * MARKER_SLOT_BYTES + 20, slot * MARKER_SLOT_BYTES + 60);
        writeFileSync(marker, bytes);
      });
      const server = await startServer({ dataDirectory: folder });
      expect((await server.stop()).code).toBe(0);
    }
  });
});

describe('a place where no server can work', () => {
  it('is refused while another server works on the same data', async () => {
    const dataDirectory = newFolder();
    const first = await startServer({ dataDirectory });
    expect(await refusalOf(dataDirectory)).toMatch(/already|in use|another/);
    expect((await first.stop()).code).toBe(0);
    const second = await startServer({ dataDirectory });
    expect((await second.stop()).code).toBe(0);
  });

  it('is refused when the port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    expect(await refusalOf(newFolder(), { GATEWAY_PORT: String(port) })).toMatch(new RegExp(`port ${port} is in use`));
    holder.close();
  });

  it('is refused when the data directory lies below a file', async () => {
    const file = newFolder();
    writeFileSync(file, 'a file');
    expect(await refusalOf(join(file, 'data'))).toMatch(/DATA_DIR/);
  });

  it('is refused when the data directory cannot be made', async () => {
    expect(await refusalOf('/sys/verbatim/data')).toMatch(/DATA_DIR/); // root may write anywhere but there
  });

  it('is refused when the data directory is somebody else’s', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'not ours');
    expect(await refusalOf(folder)).toMatch(/thesis\.txt/);
    expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('not ours');
  });

  it.each(['events.db', 'state.db', 'read-models.db'])(
    'is refused when %s belongs to another application',
    async (name) => {
      const folder = newFolder();
      mkdirSync(folder);
      if (name !== 'events.db') {
        const server = await startServer({ dataDirectory: folder });
        await server.stop();
        rmSync(join(folder, name));
      }
      const other = new Database(join(folder, name));
      other.pragma('application_id = 4711');
      other.exec('CREATE TABLE photos (id INTEGER)');
      other.close();
      expect(await refusalOf(folder)).toMatch(/another application|not a read-models file of this program/);
    },
  );

  it.each(['events.db', 'state.db'])('is refused when %s is no database', async (name) => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, name), 'a text of some length that is no database at all '.repeat(100));
    if (name === 'state.db') writeFileSync(join(folder, 'events.db'), '');
    expect(await refusalOf(folder)).toMatch(new RegExp(`${name.replace('.', '\\.')}|the event log is damaged`));
  });
});
