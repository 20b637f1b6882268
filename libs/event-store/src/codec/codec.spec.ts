import type { Revision, StreamName } from '@verbatim/domain';
import { UndecodableEventError, UnencodableEventError } from '../errors.js';
import type { EventPlace } from '../event-place.js';
import type { EventId, EventToAppend, Position } from '../event-store.js';
import { byAda, sent } from '../event-store.fixtures.js';
import { codec, createCodec, type EncodedEvent } from './codec.js';
import { isInteger, isText } from './shape.js';

const place: EventPlace = {
  eventId: '018f0000-0000-7000-8000-000000000001' as EventId,
  streamName: 'conversation-1' as StreamName,
  revision: 7 as Revision,
  position: 128n as Position,
};
const stored = (header: object | string, payload: unknown = { userId: 'u' }): EncodedEvent => ({
  header: typeof header === 'string' ? header : JSON.stringify(header),
  keyId: null,
  payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
});
const joined = { type: 'MemberJoined', schemaVersion: 1, metadata: byAda };
const refusal = (record: EncodedEvent): UndecodableEventError => {
  const decoded = codec.decode(place, record);
  if (!(decoded instanceof UndecodableEventError)) throw new Error('it was decoded');
  return decoded;
};

describe('encoding an event', () => {
  it('is undone by decoding', () => {
    const { event, metadata } = sent('naïve 🙂 \u0000 \ud800');
    const encoded = codec.encode({ eventId: place.eventId, event, metadata });
    expect(codec.decode(place, encoded)).toEqual({ ...place, event, metadata });
  });

  it('gives the same bytes for the same event, in whatever order the metadata was written down', () => {
    const event = sent('x');
    const reversed = Object.fromEntries(Object.entries(event.metadata).reverse()) as typeof event.metadata;
    expect(codec.encode({ ...event, metadata: reversed })).toEqual(codec.encode(event));
  });

  it.each<[string, object]>([
    ['NaN', { userId: 'u', deliveredUpTo: NaN, readUpTo: 0 }],
    ['-0, which JSON would change', { userId: 'u', deliveredUpTo: -0, readUpTo: 0 }],
    ['a number above 2^53', { userId: 'u', deliveredUpTo: 2 ** 53, readUpTo: 0 }],
    ['a number in a text', { userId: 5, deliveredUpTo: 0, readUpTo: 0 }],
  ])('is refused with %s', (_, watermark) => {
    const event = { type: 'ReceiptsAdvanced', data: { users: [watermark] } };
    const encode = () => codec.encode({ ...sent(''), event } as EventToAppend);
    expect(encode).toThrow(UnencodableEventError);
  });
});

describe('decoding a stored event', () => {
  it.each<[string, EncodedEvent, string, string]>([
    ['of an unknown type', stored({ ...joined, type: 'NeverHeardOf' }), 'unknown-type', 'NeverHeardOf'],
    [
      'of a type named like a member of every object',
      stored({ ...joined, type: 'toString' }),
      'unknown-type',
      'toString',
    ],
    ['of a future version', stored({ ...joined, schemaVersion: 2 }), 'future-version', 'MemberJoined version 2'],
    ['with a missing field', stored(joined, {}), 'malformed', 'MemberJoined: userId'],
    ['with an unknown field', stored(joined, { userId: 'u', x: 1 }), 'malformed', 'MemberJoined: has an unknown field'],
    ['with a field of another type', stored(joined, { userId: 1 }), 'malformed', 'MemberJoined: userId'],
    [
      'that tries to set a prototype',
      stored(joined, '{"__proto__":{"userId":"u"}}'),
      'malformed',
      'MemberJoined: userId',
    ],
    ['whose payload is no object', stored(joined, '[]'), 'malformed', 'MemberJoined: is not an object'],
    ['whose payload is no JSON', stored(joined, '{"userId":'), 'malformed', 'MemberJoined: is not an object'],
    ['whose header is no JSON', stored('{'), 'malformed', 'header: is not an object'],
    ['without metadata', stored({ ...joined, metadata: {} }), 'malformed', 'header: metadata'],
    ['of version 0', stored({ ...joined, schemaVersion: 0 }), 'malformed', 'header: schemaVersion'],
    ['that is sealed', { ...stored(joined), keyId: 'key-1' }, 'sealed', 'its key is not known'],
  ])('%s comes back as an error that says why and where', (_, record, reason, problem) => {
    const { position, reason: why, problem: what } = refusal(record);
    expect([position, why, what]).toEqual([place.position, reason, problem]);
  });

  it('brings an old version to the current one, step by step', () => {
    const versions = createCodec({ Counted: { schemaVersion: 3, fields: { total: isInteger, unit: isText } } }, [
      { type: 'Counted', fromVersion: 1, upcast: (data) => ({ total: (data as { n: number }).n }) },
      { type: 'Counted', fromVersion: 2, upcast: (data) => ({ ...(data as object), unit: 'pieces' }) },
    ]);
    const decode = (schemaVersion: number, data: object) =>
      versions.decode(place, stored({ type: 'Counted', schemaVersion, metadata: byAda }, data));
    const event = { type: 'Counted', data: { total: 4, unit: 'pieces' } };
    expect(decode(1, { n: 4 })).toMatchObject({ event });
    expect(decode(2, { total: 4 })).toMatchObject({ event });
    expect(decode(3, event.data)).toMatchObject({ event });
  });

  it('comes back as an error when the step from its version is missing', () => {
    const versions = createCodec({ Counted: { schemaVersion: 2, fields: { total: isInteger } } }, []);
    const record = stored({ type: 'Counted', schemaVersion: 1, metadata: byAda }, { total: 4 });
    expect(versions.decode(place, record)).toBeInstanceOf(UndecodableEventError);
  });
});
