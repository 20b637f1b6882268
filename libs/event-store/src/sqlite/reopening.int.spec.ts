import { join } from 'node:path';
import type { Revision, StreamName } from '@verbatim/domain';
import { LogInUseError } from '../errors.js';
import { aConversation, bodyOf, messages, sent } from '../event-store.fixtures.js';
import { positionOfRow } from '../subscription/position.js';
import { openLog, tamper, temporaryFolder, writeLog } from './sqlite-log.fixtures.js';

const folder = temporaryFolder();
let logs = 0;
const aFile = (): string => {
  logs += 1;
  return join(folder(), `nested/${logs}.db`);
};

describe('opening a log again', () => {
  it('finds everything, under the same identity', async () => {
    const file = aFile();
    const first = await openLog(file);
    const stream = aConversation();
    await first.append(stream, 'no-stream', messages(5));
    const before = await first.readAll({ after: null, maxCount: 10 });
    await first.close();
    const second = await openLog(file);
    expect(await second.readAll({ after: null, maxCount: 10 })).toEqual(before);
    expect(second.identity).toEqual(first.identity);
    await second.close();
  });

  it('goes on with revisions, positions and the chain', async () => {
    const file = aFile();
    const [stream] = (await writeLog(file, 1, 3)) as [StreamName];
    const second = await openLog(file);
    const outcome = await second.append(stream, 2 as Revision, [sent('fourth')]);
    await second.close();
    const third = await openLog(file);
    const { events } = await third.readStream(stream, { maxCount: 10 });
    expect(outcome).toMatchObject({ lastRevision: 3, lastPosition: events[3]?.position });
    expect(events.map(bodyOf)).toEqual(['message 0', 'message 1', 'message 2', 'fourth']);
    await third.close();
  });

  it('still knows a batch that was appended before', async () => {
    const file = aFile();
    const first = await openLog(file);
    const stream = aConversation();
    const batch = messages(2);
    const outcome = await first.append(stream, 'no-stream', batch);
    await first.close();
    const second = await openLog(file);
    expect(await second.append(stream, 'no-stream', batch)).toEqual(outcome);
    await second.close();
  });

  it('checks the newest 10,000 records at the start and the older ones in the background', async () => {
    const file = aFile();
    const store = await openLog(file);
    await Promise.all(Array.from({ length: 40 }, () => store.append(aConversation(), 'no-stream', messages(256))));
    await store.close();
    tamper(file, `UPDATE events SET payload = '{}' WHERE row_number = 100`);
    const fatal = Promise.withResolvers<Error>();
    const reopened = await openLog(file, { onFatal: fatal.resolve });
    expect(await fatal.promise).toMatchObject({ name: 'DamagedLogError', position: positionOfRow(100) });
    await reopened.close();
  });

  it('is refused while another store has it, and works when that one is closed', async () => {
    const file = aFile();
    const owner = await openLog(file);
    await expect(openLog(file)).rejects.toBeInstanceOf(LogInUseError);
    await owner.close();
    const next = await openLog(file);
    await next.close();
  });
});

describe('a log that may grow no further', () => {
  const LOG_MAX_BYTES = 400_000;

  it('refuses appends as log-full, keeps what was acknowledged, serves reads, and takes appends when there is room', async () => {
    const file = aFile();
    const small = await openLog(file, { logMaxBytes: LOG_MAX_BYTES });
    const stream = aConversation();
    let last = await small.append(stream, 'no-stream', [sent('first')]);
    let acknowledged = 0;
    for (; last.outcome === 'appended'; acknowledged += 1)
      last = await small.append(stream, last.lastRevision, [sent('x'.repeat(20_000))]);
    expect(last).toEqual({ outcome: 'refused', reason: 'log-full' });
    expect((await small.readStream(stream, { maxCount: 1 })).headRevision).toBe(acknowledged - 1);
    await small.close();

    const roomy = await openLog(file);
    const more = await roomy.append(stream, (acknowledged - 1) as Revision, [sent('more')]);
    expect(more).toMatchObject({ outcome: 'appended', lastRevision: acknowledged });
    await roomy.close();
  });

  it('still recognises a retry of what is stored', async () => {
    const store = await openLog(aFile(), { logMaxBytes: LOG_MAX_BYTES });
    const stream = aConversation();
    const batch = messages(2);
    const first = await store.append(stream, 'no-stream', batch);
    const large = sent('x'.repeat(800_000));
    const [full, retried] = await Promise.all([
      store.append(stream, 1 as Revision, [large]),
      store.append(stream, 'no-stream', batch),
    ]);
    expect([full, retried]).toEqual([{ outcome: 'refused', reason: 'log-full' }, first]);
    await store.close();
  });
});
