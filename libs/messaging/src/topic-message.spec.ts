import type { DomainEvent, IsoTimestamp, Revision, StreamName } from '@verbatim/domain';
import type { EventId, EventMetadata, Position, RecordedEvent } from '@verbatim/event-store';
import { bytesOf, toTopicMessage } from './topic-message.js';

const conversationId = '00000000-0000-4000-8000-000000000c01';
const log = { logId: '00000000-0000-4000-8000-0000000001c9', epoch: 2 };
const metadata = {
  actorId: 'ada',
  deviceId: 'her-phone',
  sessionId: 'her-session',
  commandId: 'command-1',
  correlationId: 'trace-1',
  causationId: null,
  ipClass: 'private',
  recordedAt: '2026-01-01T10:00:00.001Z' as IsoTimestamp,
} as unknown as EventMetadata;

const renamed = (streamName: string, changes: Partial<EventMetadata> = {}): RecordedEvent<DomainEvent> => ({
  eventId: 'event-1' as EventId,
  streamName: streamName as StreamName,
  revision: 7 as Revision,
  position: 9_007_199_254_740_993n as Position,
  event: { type: 'GroupRenamed', data: { name: 'größer', renamedBy: 'ada' } },
  metadata: { ...metadata, ...changes },
});

describe('the message of an event', () => {
  it('is a CloudEvent in binary mode with the place in the log beside it', () => {
    expect(toTopicMessage(renamed(`conversation-${conversationId}`), log)).toEqual({
      key: conversationId,
      value: '{"name":"größer","renamedBy":"ada"}',
      headers: {
        ce_specversion: '1.0',
        ce_id: 'event-1',
        ce_type: 'GroupRenamed',
        ce_source: `urn:verbatim:log:${log.logId}`,
        ce_subject: `conversation-${conversationId}`,
        ce_time: '2026-01-01T10:00:00.001Z',
        ce_dataschema: 'urn:verbatim:event:GroupRenamed:v1',
        'content-type': 'application/json',
        ce_actorid: 'ada',
        ce_commandid: 'command-1',
        ce_correlationid: 'trace-1',
        epoch: '2',
        position: '9007199254740993',
        revision: '7',
        schemaversion: '1',
      },
    });
  });

  it.each(['conversation', 'receipts', 'user'])('has the id of its %s stream as key', (category) => {
    expect(toTopicMessage(renamed(`${category}-${conversationId}`), log).key).toBe(conversationId);
  });

  it('names device, session and kind of address nowhere', () => {
    const text = JSON.stringify(toTopicMessage(renamed(`conversation-${conversationId}`), log));
    expect(text).not.toMatch(/her-phone|her-session|private/);
  });

  it('leaves out who and what for where nobody asked', () => {
    const { headers } = toTopicMessage(renamed(`user-${conversationId}`, { actorId: null }), log);
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['ce_actorid']));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['ce_causationid']));
  });

  it('weighs what its texts weigh in UTF-8', () => {
    expect(bytesOf({ key: 'key', value: '"ß"', headers: { a: 'ü' } })).toBe(3 + 4 + 1 + 2);
  });
});
