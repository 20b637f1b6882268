import { readFileSync, readdirSync } from 'node:fs';
import type { Revision, StreamName } from '@verbatim/domain';
import type { EventPlace } from '../event-place.js';
import type { EventId, EventMetadata, Position } from '../event-store.js';
import { codec, type EncodedEvent } from './codec.js';
import { eventTypes, type StoredEvent } from './event-types.js';

/** Stored once, never changed: what a log somewhere holds, and the event that it means today. */
type Golden = {
  readonly stored: EncodedEvent;
  readonly event: StoredEvent;
  readonly metadata: EventMetadata;
};

const folder = new URL('../golden/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const goldens = names.map((name): [string, Golden] => [
  name.slice(0, -'.json'.length),
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden,
]);
const place: EventPlace = {
  eventId: '018f0000-0000-7000-8000-000000000001' as EventId,
  streamName: 'conversation-1' as StreamName,
  revision: 0 as Revision,
  position: 16n as Position,
};

const isCurrent = (name: string): boolean => {
  const [type = '', version = ''] = name.split('.v');
  return eventTypes[type as StoredEvent['type']].schemaVersion === Number(version);
};

describe('stored events', () => {
  it('have a golden for every version of every type', () => {
    const versions = Object.entries(eventTypes).flatMap(([type, { schemaVersion }]) =>
      Array.from({ length: schemaVersion }, (_, index) => `${type}.v${index + 1}`),
    );
    expect(names.map((name) => name.slice(0, -'.json'.length)).sort()).toEqual(versions.sort());
  });

  it.each(goldens)('%s decodes to the event it means', (_, { stored, event, metadata }) => {
    expect(codec.decode(place, stored)).toEqual({ ...place, event, metadata });
  });

  it.each(goldens.filter(([name]) => isCurrent(name)))('%s is encoded to the same bytes', (_, golden) => {
    const { stored, event, metadata } = golden;
    expect(codec.encode({ eventId: place.eventId, event, metadata })).toEqual(stored);
  });
});
