import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { GENESIS_HASH, recordHash, type HashedRecord } from './record-hash.js';

const record: HashedRecord = {
  streamName: 'conversation-é',
  revision: 2 ** 33 + 5,
  eventIdHex: '018f000000007000800000000000000a',
  header: '{"type":"MessageSent"}',
  keyId: null,
  payload: '{"body":"naïve 🙂"}',
};

const lengthAnd = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** The same frame, written the slow way. */
const expectedHash = (previous: string, { streamName, revision, eventIdHex, header, keyId, payload }: HashedRecord) => {
  const revisionBytes = Buffer.alloc(8);
  revisionBytes.writeBigUInt64BE(BigInt(revision));
  const sealed = keyId === null ? Buffer.from('ffffffff', 'hex') : lengthAnd(keyId);
  const parts = [Buffer.from(previous, 'hex'), lengthAnd(streamName), revisionBytes, Buffer.from(eventIdHex, 'hex')];
  return createHash('sha256')
    .update(Buffer.concat([...parts, lengthAnd(header), sealed, lengthAnd(payload)]))
    .digest('hex');
};

const hex = (digits: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits }).map((all) => all.join(''));
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const anyRecord: fc.Arbitrary<HashedRecord> = fc.record({
  streamName: anyText,
  revision: fc.nat(),
  eventIdHex: hex(32),
  header: anyText,
  keyId: fc.option(anyText),
  payload: anyText,
});

describe('the hash of a record', () => {
  it('is fixed for ever', () => {
    const first = recordHash(GENESIS_HASH, record);
    expect(first).toBe('aed625e971cef6ac164c5e1d8d749c0c0ca0956ebdafed1495570297abe8322c');
    expect(recordHash(first, record)).toBe('d45f13fa8743cd3bb03ac82819ef791318230fa7744e400a1d6574c3da42493a');
  });

  it('is SHA-256 over the frame that its description gives', () => {
    fc.assert(
      fc.property(hex(64), anyRecord, (previous, any) => {
        expect(recordHash(previous, any)).toBe(expectedHash(previous, any));
      }),
    );
  });

  it('covers texts larger than any before', () => {
    const large = { ...record, payload: 'ü'.repeat(700_000) };
    expect(recordHash(GENESIS_HASH, large)).toBe(expectedHash(GENESIS_HASH, large));
  });

  it('differs when a text moves from one field to its neighbour', () => {
    fc.assert(
      fc.property(
        anyRecord,
        anyText.filter((text) => text !== ''),
        (any, moved) => {
          const before = recordHash(GENESIS_HASH, { ...any, header: any.header + moved });
          const after = recordHash(GENESIS_HASH, { ...any, payload: moved + any.payload });
          expect(after).not.toBe(before);
        },
      ),
    );
  });

  it.each<[string, Partial<HashedRecord>]>([
    ['stream', { streamName: 'conversation-e' }],
    ['revision', { revision: 5 }],
    ['event id', { eventIdHex: '018f000000007000800000000000000b' }],
    ['header', { header: '{"type":"MessageSend"}' }],
    ['key id', { keyId: '' }],
    ['payload', { payload: '{"body":"naive 🙂"}' }],
  ])('differs when the %s differs', (_, other) => {
    expect(recordHash(GENESIS_HASH, { ...record, ...other })).not.toBe(recordHash(GENESIS_HASH, record));
  });
});
