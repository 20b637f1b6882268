import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedLogError, ForeignLogError, LogInUseError } from '../errors.js';
import { positionOfRow } from '../subscription/position.js';
import { beginEpoch } from './begin-epoch.js';
import { openLog, tamper, temporaryFolder, writeLog } from './sqlite-log.fixtures.js';

const folder = temporaryFolder();
let logs = 0;
const newLog = async (): Promise<string> => {
  const file = join(folder(), `restored-${(logs += 1)}.db`);
  await writeLog(file, 6, 250);
  return file;
};
const identityOf = async (file: string) => {
  const store = await openLog(file);
  await store.close();
  return store.identity;
};

describe('beginning an epoch', () => {
  it('checks the whole log, tells its head, and the log keeps its id', async () => {
    const file = await newLog();
    const before = await identityOf(file);
    const progress: number[] = [];
    const begun = await beginEpoch(file, { onProgress: (events) => progress.push(events) });
    const identity = { logId: before.logId, epoch: before.epoch + 1 };
    expect(begun).toEqual({ identity, events: 1_500, headPosition: positionOfRow(1_500), markerWas: 'read' });
    expect(progress).toEqual([1_000, 1_500]);
    expect(await identityOf(file)).toEqual(identity);
  });

  it.each([
    ['absent', (file: string) => rmSync(`${file}.head`)],
    ['unreadable', (file: string) => writeFileSync(`${file}.head`, 'not a marker')],
  ] as const)('makes a marker where it is %s, and the log opens', async (markerWas, lose) => {
    const file = await newLog();
    lose(file);
    await expect(openLog(file)).rejects.toBeInstanceOf(DamagedLogError);
    expect(await beginEpoch(file)).toMatchObject({ markerWas, events: 1_500 });
    expect(await identityOf(file)).toMatchObject({ epoch: 2 });
    tamper(file, 'DELETE FROM events WHERE row_number = 1500');
    await expect(openLog(file)).rejects.toBeInstanceOf(DamagedLogError);
  });

  it('refuses a log that is altered or behind its marker, and leaves its epoch', async () => {
    const [altered, behind, ahead] = [await newLog(), await newLog(), join(folder(), 'ahead.db')];
    tamper(altered, 'UPDATE events SET event_id = randomblob(16) WHERE row_number = 12');
    await writeLog(ahead, 7, 250);
    copyFileSync(`${ahead}.head`, `${behind}.head`);
    for (const file of [altered, behind]) await expect(beginEpoch(file)).rejects.toBeInstanceOf(DamagedLogError);
    rmSync(`${behind}.head`);
    expect(await beginEpoch(behind)).toMatchObject({ identity: { epoch: 2 } });
  });

  it('is refused while a store has the log, and where there is none', async () => {
    const file = await newLog();
    const store = await openLog(file);
    await expect(beginEpoch(file)).rejects.toBeInstanceOf(LogInUseError);
    await store.close();
    const other = join(folder(), 'theirs.db');
    tamper(other, 'CREATE TABLE theirs (x)');
    await expect(beginEpoch(other)).rejects.toBeInstanceOf(ForeignLogError);
  });
});
