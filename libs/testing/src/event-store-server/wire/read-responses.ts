import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../log/stored-event.js';
import { messages, type ReadResponse, type StreamIdentifier } from './messages.js';
import { uuidMessage } from './uuids.js';

/** .NET counts time in units of 100 nanoseconds. */
const TICKS_PER_MS = 10_000n;

const { ReadResp } = messages;

export const streamIdentifier = (stream: string): StreamIdentifier =>
  new messages.shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

/** Serialised events, so that every subscriber shares one encoding. */
const encoded = new WeakMap<StoredEvent, Map<boolean, Buffer>>();

const encode = (event: StoredEvent, isStructured: boolean): Buffer => {
  const position = event.position.toString();
  const record = new ReadResp.ReadEvent.RecordedEvent()
    .setId(uuidMessage(event.id, isStructured))
    .setStreamIdentifier(streamIdentifier(event.stream))
    .setStreamRevision(`${event.revision}`)
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  const map = record.getMetadataMap();
  map.set('type', event.type);
  map.set('content-type', event.contentType);
  map.set('created', (BigInt(event.createdMs) * TICKS_PER_MS).toString());
  const read = new ReadResp.ReadEvent().setEvent(record).setCommitPosition(position);
  return Buffer.from(new ReadResp().setEvent(read).serializeBinary());
};

/** The response of one event, ready for the wire. */
export const eventResponse = (event: StoredEvent, isStructured: boolean): Buffer => {
  const forms = encoded.get(event) ?? new Map<boolean, Buffer>();
  encoded.set(event, forms);
  const known = forms.get(isStructured) ?? encode(event, isStructured);
  forms.set(isStructured, known);
  return known;
};

export const confirmation = (): ReadResponse =>
  new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID()));

export const checkpoint = (position: bigint): ReadResponse =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(position.toString()).setPreparePosition(position.toString()),
  );

export const caughtUp = (): ReadResponse => new ReadResp().setCaughtUp(new ReadResp.CaughtUp());
export const fellBehind = (): ReadResponse => new ReadResp().setFellBehind(new ReadResp.FellBehind());

export const streamNotFound = (stream: string): ReadResponse =>
  new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(stream)));

export const lastStreamPosition = (revision: number): ReadResponse =>
  new ReadResp().setLastStreamPosition(`${revision}`);
