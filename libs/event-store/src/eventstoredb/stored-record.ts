import { binaryEvent, type AllStreamRecordedEvent, type EventData } from '@eventstore/db-client';
import type { Revision, StreamName } from '@verbatim/domain';
import { codec, type EncodedEvent } from '../codec/codec.js';
import type { HashedRecord, RecordHash } from '../codec/record-hash.js';
import { DamagedLogError, type UndecodableEventError } from '../errors.js';
import type { EventId, Position, RecordedEvent } from '../event-store.js';
import { hexOfUuid } from '../uuid-hex.js';
import type { StreamNames } from './stream-names.js';

/** What the client hands over of an event; read from a stream or from `$all`. */
export type ServerEvent = Pick<
  AllStreamRecordedEvent,
  'streamId' | 'id' | 'revision' | 'type' | 'data' | 'metadata' | 'position' | 'isJson'
>;

/** A record of ours as it is stored. */
export type StoredRecord = HashedRecord & {
  readonly streamName: StreamName;
  readonly eventId: EventId;
  readonly position: Position;
  readonly previousHash: RecordHash;
  readonly hash: RecordHash;
};

/**
 * What stands beside an event: the header is text inside the JSON, so that its bytes are those that were hashed. The hash of
 * the record before it is repeated, so that each record can be checked alone.
 */
type RecordMetadata = Pick<StoredRecord, 'header' | 'keyId' | 'previousHash' | 'hash'>;

const HASH = /^[0-9a-f]{64}$/;

const isRecordMetadata = (value: unknown): value is RecordMetadata => {
  if (typeof value !== 'object' || value === null) return false;
  const { header, keyId, previousHash, hash } = value as Record<string, unknown>;
  const areHashes = [previousHash, hash].every((each) => typeof each === 'string' && HASH.test(each));
  return areHashes && typeof header === 'string' && (keyId === null || typeof keyId === 'string');
};

/**
 * The payload travels as bytes: as JSON the client would take it apart and put it together anew. So does the metadata: the
 * client turns JSON into base64, which it decodes letter by letter, twice.
 */
export const toServerEvent = (
  eventId: string,
  type: string,
  { payload, header, keyId }: EncodedEvent,
  hashes: Pick<StoredRecord, 'previousHash' | 'hash'>,
): EventData =>
  binaryEvent({
    id: eventId,
    type,
    data: Buffer.from(payload, 'utf8'),
    metadata: Buffer.from(JSON.stringify({ header, keyId, ...hashes }), 'utf8'),
  });

const textOf = (data: unknown): string | null =>
  ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8') : null;

/** @returns null for an event that is not of this log @throws DamagedLogError when one of ours is not what we write */
export const toStoredRecord = (names: StreamNames, event: ServerEvent): StoredRecord | null => {
  const streamName = names.ours(event.streamId);
  if (streamName === null || event.type.startsWith('$')) return null;
  const position = event.position.commit as Position;
  const { metadata } = event;
  const payload = textOf(event.data);
  if (!isRecordMetadata(metadata) || payload === null)
    throw new DamagedLogError(
      position,
      `${event.streamId}@${event.revision} is no record of this log (does another application write here? then give this log a streamPrefix)`,
    );
  const { header, keyId, previousHash, hash } = metadata;
  const eventId = event.id as EventId;
  const revision = Number(event.revision);
  const eventIdHex = hexOfUuid(eventId);
  return { streamName, revision, position, eventId, eventIdHex, header, keyId, payload, previousHash, hash };
};

export const toEntry = ({
  streamName,
  eventId,
  revision,
  position,
  ...encoded
}: StoredRecord): RecordedEvent | UndecodableEventError =>
  codec.decode({ eventId, streamName, revision: revision as Revision, position }, encoded);

/** What a held record weighs, about, bytes. */
export const bytesOf = ({ header, payload }: StoredRecord): number => header.length + payload.length + 512;
