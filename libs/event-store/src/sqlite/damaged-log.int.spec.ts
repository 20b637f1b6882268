import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamName } from '@verbatim/domain';
import { DamagedLogError, ForeignLogError } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { messages } from '../event-store.fixtures.js';
import { positionOfRow } from '../subscription/position.js';
import { copyLog, flipBit, openLog, tamper, temporaryFolder, writeLog } from './sqlite-log.fixtures.js';

const folder = temporaryFolder();
let logs = 0;
const aFile = (): string => {
  logs += 1;
  return join(folder(), `${logs}.db`);
};
const aLog = async (): Promise<{ file: string; streams: StreamName[] }> => {
  const file = aFile();
  return { file, streams: await writeLog(file, 4, 10) };
};
const refusal = async (file: string): Promise<Error> => {
  const opened: EventStore | Error = await openLog(file).catch((error: Error) => error);
  if (opened instanceof Error) return opened;
  await opened.close();
  throw new Error('the log was opened');
};
const refusedAt = (row: number) => expect.objectContaining({ name: 'DamagedLogError', position: positionOfRow(row) });

describe('a log whose records were altered', () => {
  it.each<[string, string]>([
    ['payload', `payload = replace(payload, 'message', 'massage')`],
    ['header', `header = replace(header, 'loopback', 'private')`],
    ['key id', `key_id = 'k'`],
    ['event id', `event_id = randomblob(16)`],
    ['hash', `hash = randomblob(32)`],
    ['stream', `stream_id = 4, revision = 99`],
  ])('is refused with the position of a changed %s', async (_, change) => {
    const { file } = await aLog();
    tamper(file, `UPDATE events SET ${change} WHERE row_number = 17`);
    expect(await refusal(file)).toEqual(refusedAt(17));
  });

  it('is refused when a record is missing in the middle', async () => {
    const { file } = await aLog();
    tamper(file, 'DELETE FROM events WHERE row_number = 17');
    expect(await refusal(file)).toEqual(refusedAt(17));
  });

  it('is refused when two streams have exchanged their names', async () => {
    const { file, streams } = await aLog();
    const [one, other] = streams as [StreamName, StreamName];
    tamper(
      file,
      `UPDATE streams SET name = 'x' WHERE name = '${one}'; UPDATE streams SET name = '${one}' WHERE name = '${other}'`,
    );
    expect(await refusal(file)).toEqual(refusedAt(1));
  });

  it('is refused wherever one bit of its pages flips that anything stored depends on', async () => {
    const { file } = await aLog();
    const text = readFileSync(file).toString('latin1');
    const offsets = ['message 3', '"schemaVersion":1', 'conversation-'].map((needle) => text.lastIndexOf(needle) + 8);
    for (const offset of offsets) {
      const copy = aFile();
      copyLog(file, copy);
      flipBit(copy, offset);
      expect(await refusal(copy)).toBeInstanceOf(DamagedLogError);
    }
  });

  it('stops the store, and is not served, when the damage comes while it is open', async () => {
    const { file, streams } = await aLog();
    const fatal: Error[] = [];
    const store = await openLog(file, { onFatal: (error) => fatal.push(error) });
    tamper(file, `UPDATE events SET payload = '{}' WHERE row_number = 17`);
    const damaged = refusedAt(17);
    await expect(store.readStream(streams[1] as StreamName, { maxCount: 10 })).rejects.toEqual(damaged);
    await expect(store.readStream(streams[0] as StreamName, { maxCount: 10 })).rejects.toEqual(damaged);
    expect(fatal).toEqual([damaged]);
    const outcome = await store.append(streams[0] as StreamName, 'any', messages(1));
    expect(outcome).toEqual({ outcome: 'refused', reason: 'unavailable' });
    await store.close();
  });

  it('drops a subscription at the damage, after what came before it', async () => {
    const { file } = await aLog();
    const store = await openLog(file, { onFatal: () => {} });
    tamper(file, `UPDATE events SET payload = '{}' WHERE row_number = 17`);
    const error = await new Promise((resolve) => {
      store.subscribeToAll({ after: null }, { onEvents: () => {}, onDropped: resolve });
    });
    expect(error).toEqual(refusedAt(17));
    await store.close();
  });
});

describe('a log that does not reach its head marker', () => {
  it('is refused with the position of the first lost record when its tail is gone', async () => {
    const { file } = await aLog();
    tamper(file, 'DELETE FROM events WHERE row_number > 35');
    expect(await refusal(file)).toEqual(refusedAt(36));
  });

  it('is refused when it is an older copy', async () => {
    const { file, streams } = await aLog();
    const old = aFile();
    copyLog(file, old);
    const store = await openLog(file);
    await store.append(streams[0] as StreamName, 'any', messages(3));
    await store.close();
    copyFileSync(`${file}.head`, `${old}.head`);
    expect(await refusal(old)).toEqual(refusedAt(41));
  });

  it('is refused when it is another history of the same length', async () => {
    const { file } = await aLog();
    const other = await aLog();
    copyFileSync(`${other.file}.head`, `${file}.head`);
    expect(await refusal(file)).toBeInstanceOf(DamagedLogError);
  });

  it('is refused when the log is gone and the marker is not', async () => {
    const { file } = await aLog();
    rmSync(file);
    expect(await refusal(file)).toEqual(refusedAt(1));
  });

  it('is refused when the file was cut off', async () => {
    const { file } = await aLog();
    truncateSync(file, 8_192 * 3);
    expect(await refusal(file)).toBeInstanceOf(DamagedLogError);
  });

  it.each([
    ['missing', (file: string) => rmSync(`${file}.head`)],
    ['unreadable', (file: string) => writeFileSync(`${file}.head`, Buffer.alloc(8_192))],
  ])('is refused when its marker is %s, unless told to adopt the log', async (_, lose) => {
    const { file } = await aLog();
    lose(file);
    expect(await refusal(file)).toBeInstanceOf(DamagedLogError);
    const adopted = await openLog(file, { adoptMarker: true });
    await adopted.close();
    const reopened = await openLog(file);
    expect(await reopened.headPosition()).toBe(positionOfRow(40));
    await reopened.close();
  });

  it('opens when one of the two slots of the marker is torn', async () => {
    for (const slot of [0, 1]) {
      const { file } = await aLog();
      flipBit(`${file}.head`, slot * 4_096 + 20);
      const store = await openLog(file);
      expect(await store.headPosition()).toBe(positionOfRow(40));
      await store.close();
    }
  });
});

describe('a file that is no log of ours', () => {
  it('is refused and left alone when it belongs to another application', async () => {
    const file = aFile();
    tamper(file, 'CREATE TABLE theirs (x)');
    const before = readFileSync(file);
    expect(await refusal(file)).toBeInstanceOf(ForeignLogError);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is refused when its layout is newer', async () => {
    const { file } = await aLog();
    tamper(file, 'PRAGMA user_version = 2');
    expect(await refusal(file)).toBeInstanceOf(ForeignLogError);
  });

  it('is refused when it is no database', async () => {
    const file = aFile();
    writeFileSync(file, 'x'.repeat(10_000));
    expect(await refusal(file)).toBeInstanceOf(DamagedLogError);
  });
});
