import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedLogError, ForeignLogError } from '../errors.js';
import { aConversation, messages } from '../event-store.fixtures.js';
import { positionOfRow } from '../subscription/position.js';
import { openLog, tamper, temporaryFolder, writeLog } from './sqlite-log.fixtures.js';
import { verifySqliteLog } from './verify-sqlite-log.js';

const folder = temporaryFolder();

describe('verifying a whole log', () => {
  it('tells what it found, beside a running server too', async () => {
    const file = join(folder(), 'sound.db');
    const store = await openLog(file);
    for (let batch = 0; batch < 6; batch += 1) await store.append(aConversation(), 'no-stream', messages(250));
    const progress: number[] = [];
    const found = await verifySqliteLog(file, { onProgress: (events) => progress.push(events) });
    expect(found).toEqual({ identity: store.identity, events: 1_500, headPosition: positionOfRow(1_500) });
    expect(progress).toEqual([1_000, 1_500]);
    await store.close();
  });

  it('names the first record that is wrong', async () => {
    const file = join(folder(), 'altered.db');
    await writeLog(file, 3, 10);
    tamper(file, 'UPDATE events SET event_id = randomblob(16) WHERE row_number IN (12, 25)');
    const error = await verifySqliteLog(file).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'DamagedLogError', position: positionOfRow(12) });
  });

  it('notices a log behind its marker', async () => {
    const [behind, ahead] = [join(folder(), 'behind.db'), join(folder(), 'ahead.db')];
    await writeLog(behind, 1, 3);
    await writeLog(ahead, 1, 5);
    copyFileSync(`${ahead}.head`, `${behind}.head`);
    await expect(verifySqliteLog(behind)).rejects.toBeInstanceOf(DamagedLogError);
  });

  it('refuses a log without its marker, unless told that there is none', async () => {
    const file = join(folder(), 'unmarked.db');
    await writeLog(file, 1, 3);
    rmSync(`${file}.head`);
    await expect(verifySqliteLog(file)).rejects.toBeInstanceOf(DamagedLogError);
    expect(await verifySqliteLog(file, { withoutMarker: true })).toMatchObject({ events: 3 });
  });

  it('refuses what is no log', async () => {
    const file = join(folder(), 'other.db');
    tamper(file, 'CREATE TABLE theirs (x)');
    await expect(verifySqliteLog(file)).rejects.toBeInstanceOf(ForeignLogError);
  });
});
