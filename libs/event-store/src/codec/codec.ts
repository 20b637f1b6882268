import type { DomainEvent } from '@verbatim/domain';
import { UndecodableEventError, UnencodableEventError, type UndecodableReason } from '../errors.js';
import type { EventPlace } from '../event-place.js';
import type { EventMetadata, EventToAppend, RecordedEvent } from '../event-store.js';
import { eventTypes, type EventTypeEntry } from './event-types.js';
import { isNullOr, isOneOf, isText, problemFinder } from './shape.js';
import { upcasters, type Upcaster } from './upcasters.js';

/**
 * What is stored of an event beside its place and its hash; every text stands for its UTF-8 bytes.
 * `header`: JSON `{type, schemaVersion, metadata}`, opaque ids only. `payload`: JSON of the event's data, or, when `keyId`
 * names a key, its sealed form (no event is sealed today). Nothing but the codec looks inside.
 */
export type EncodedEvent = { readonly header: string; readonly keyId: string | null; readonly payload: string };

export type Codec = {
  /** @throws UnencodableEventError when type, data or metadata are not exactly as registered */
  readonly encode: (event: EventToAppend) => EncodedEvent;
  /** Never throws: a record that means nothing comes back as the error that says why. */
  readonly decode: (place: EventPlace, stored: EncodedEvent) => RecordedEvent | UndecodableEventError;
};

const metadataProblem = problemFinder({
  actorId: isNullOr(isText),
  deviceId: isNullOr(isText),
  sessionId: isNullOr(isText),
  commandId: isText,
  correlationId: isText,
  causationId: isNullOr(isText),
  ipClass: isNullOr(isOneOf('loopback', 'private', 'public')),
  recordedAt: isText,
});

/** In one order, whatever the order of the caller's object: the same event is the same bytes. */
const headerOf = (type: string, schemaVersion: number, metadata: EventMetadata): string => {
  const { actorId, deviceId, sessionId, commandId, correlationId, causationId, ipClass, recordedAt } = metadata;
  return JSON.stringify({
    type,
    schemaVersion,
    metadata: { actorId, deviceId, sessionId, commandId, correlationId, causationId, ipClass, recordedAt },
  });
};

type Header = { readonly type: string; readonly schemaVersion: number; readonly metadata: EventMetadata };
const headerProblem = problemFinder({
  type: isText,
  schemaVersion: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  metadata: (value) => metadataProblem(value) === null,
});

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

type KnownType = {
  readonly schemaVersion: number;
  readonly problemOf: (data: unknown) => string | null;
};

export const createCodec = (types: Readonly<Record<string, EventTypeEntry>>, steps: readonly Upcaster[]): Codec => {
  const known = new Map<string, KnownType>();
  for (const [type, { schemaVersion, fields }] of Object.entries(types))
    known.set(type, { schemaVersion, problemOf: problemFinder(fields) });
  const stepOf = new Map(steps.map((step) => [`${step.type}@${step.fromVersion}`, step.upcast]));

  const upcast = ({ type, schemaVersion }: Header, current: number, stored: unknown): unknown => {
    let data = stored;
    for (let version = schemaVersion; version < current; version += 1) data = stepOf.get(`${type}@${version}`)?.(data);
    return data;
  };

  const encode = ({ event, metadata }: EventToAppend): EncodedEvent => {
    const type = known.get(event.type);
    if (type === undefined) throw new UnencodableEventError(`event type ${event.type} is not registered`);
    const problem = type.problemOf(event.data) ?? metadataProblem(metadata);
    if (problem !== null) throw new UnencodableEventError(`${event.type} cannot be stored: ${problem}`);
    const header = headerOf(event.type, type.schemaVersion, metadata);
    return { header, keyId: null, payload: JSON.stringify(event.data) };
  };

  const decode = (place: EventPlace, stored: EncodedEvent): RecordedEvent | UndecodableEventError => {
    const undecodable = (reason: UndecodableReason, problem: string): UndecodableEventError =>
      new UndecodableEventError(place, reason, problem);
    if (stored.keyId !== null) return undecodable('sealed', 'its key is not known');
    const header = parse(stored.header);
    const wrongHeader = headerProblem(header);
    if (wrongHeader !== null) return undecodable('malformed', `header: ${wrongHeader}`);
    const { type, schemaVersion, metadata } = header as Header;
    const entry = known.get(type);
    if (entry === undefined) return undecodable('unknown-type', type);
    if (schemaVersion > entry.schemaVersion) return undecodable('future-version', `${type} version ${schemaVersion}`);
    const data = upcast(header as Header, entry.schemaVersion, parse(stored.payload));
    const problem = entry.problemOf(data);
    if (problem !== null) return undecodable('malformed', `${type}: ${problem}`);
    const { eventId, streamName, revision, position } = place;
    return { eventId, streamName, revision, position, event: { type, data } as DomainEvent, metadata };
  };
  return { encode, decode };
};

/** The codec of every event of the domain. */
export const codec: Codec = createCodec(eventTypes, upcasters);
