import { idOf } from '@verbatim/domain';
import { eventTypes, type LogIdentity, type RecordedEvent, type StoredEvent } from '@verbatim/event-store';
import { schemaIdOf } from './event-schemas.js';

/** One event on its way to the topic: a CloudEvents 1.0 message in binary mode. */
export type TopicMessage = {
  /** Messages of one key keep their order. */
  readonly key: string;
  /** JSON. */
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** The conversation whose stream or receipts an event is of, or the user. */
export const keyOf = ({ streamName }: Pick<RecordedEvent, 'streamName'>): string => idOf(streamName);

/**
 * The event's data with its place in the log, and of the audit trail what follows a request: who asked (opaque id), the command,
 * correlation and causation. Device, session and IP class stay in the log: no consumer of copies needs to know them.
 */
export const toTopicMessage = (recorded: RecordedEvent, { logId, epoch }: LogIdentity): TopicMessage => {
  const { eventId, streamName, revision, position, event, metadata } = recorded;
  const { schemaVersion } = eventTypes[event.type as StoredEvent['type']];
  const { actorId, commandId, correlationId, causationId, recordedAt } = metadata;
  return {
    key: keyOf(recorded),
    value: JSON.stringify(event.data),
    headers: {
      ce_specversion: '1.0',
      ce_id: eventId,
      ce_type: event.type,
      ce_source: `urn:verbatim:log:${logId}`,
      ce_subject: streamName,
      ce_time: recordedAt,
      ce_dataschema: schemaIdOf(event.type, schemaVersion),
      'content-type': 'application/json',
      ce_commandid: commandId,
      ce_correlationid: correlationId,
      ...(actorId === null ? {} : { ce_actorid: actorId }),
      ...(causationId === null ? {} : { ce_causationid: causationId }),
      epoch: String(epoch),
      position: String(position),
      revision: String(revision),
      schemaversion: String(schemaVersion),
    },
  };
};

/** Weight of a message in a batch, bytes: what is sent, less the few bytes of its frame. */
export const bytesOf = ({ key, value, headers }: TopicMessage): number => {
  let bytes = key.length + Buffer.byteLength(value);
  for (const [name, text] of Object.entries(headers)) bytes += name.length + Buffer.byteLength(text);
  return bytes;
};
