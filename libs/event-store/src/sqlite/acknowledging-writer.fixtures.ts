// Run as a process of its own, to be killed or to have its system calls recorded: appends without end, and prints one line per
// acknowledged append: `ACK <stream> <revision> <event id>`. Arguments: the log's file, the number of appends (0: no end).
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openSqliteEventStore, type EventId, type EventToAppend } from '@verbatim/event-store';
import type { CommandId, IsoTimestamp, Revision, StreamName, UserId } from '@verbatim/domain';

const STREAMS = 8;
const [file = '', appendsMax = '0'] = process.argv.slice(2);

const renamed = (): EventToAppend => ({
  eventId: randomUUID() as EventId,
  event: { type: 'GroupRenamed', data: { name: 'x'.repeat(100), renamedBy: randomUUID() as UserId } },
  metadata: {
    actorId: null,
    deviceId: null,
    sessionId: null,
    commandId: randomUUID() as CommandId,
    correlationId: randomUUID(),
    causationId: null,
    ipClass: null,
    recordedAt: '2026-01-01T10:00:00.000Z' as IsoTimestamp,
  },
});

const store = await openSqliteEventStore({
  file,
  onFatal: (error) => {
    writeSync(1, `FATAL ${error.name}\n`);
    process.exit(3);
  },
});
let appends = 0;

const write = async (stream: StreamName): Promise<void> => {
  const { headRevision } = await store.readStream(stream, { direction: 'backwards', maxCount: 1 });
  let last = headRevision;
  while (appendsMax === '0' || appends < Number(appendsMax)) {
    appends += 1;
    const event = renamed();
    const outcome = await store.append(stream, last ?? 'no-stream', [event]);
    if (outcome.outcome !== 'appended') return void writeSync(1, `${outcome.outcome.toUpperCase()} ${stream}\n`);
    last = outcome.lastRevision as Revision;
    writeSync(1, `ACK ${stream} ${last} ${event.eventId}\n`);
  }
};

await Promise.all(Array.from({ length: STREAMS }, (_, index) => write(`conversation-${index}` as StreamName)));
await store.close();
