import type { StreamName } from '@verbatim/domain';
import type { RecordChain } from './record-chain.js';
import type { ServerReads } from './server-reads.js';
import { StreamNames } from './stream-names.js';
import { StreamReader } from './stream-reader.js';
import type { ServerEvent, StoredRecord } from './stored-record.js';

const STREAM = 'conversation-1' as StreamName;
const HASH = '0'.repeat(64);

const eventAt = (revision: number): ServerEvent =>
  ({
    streamId: STREAM,
    id: crypto.randomUUID(),
    revision: BigInt(revision),
    type: 'MessageSent',
    data: Buffer.from('{}'),
    metadata: { header: '{}', keyId: null, previousHash: HASH, hash: HASH },
    position: { commit: BigInt(revision), prepare: BigInt(revision) },
    isJson: false,
  }) as unknown as ServerEvent;

/** A stream of so many records on a server that counts what it is asked. */
const readerOf = (length: number) => {
  const asked: string[] = [];
  const stream: ServerReads['stream'] = (_name, from, maxCount, isForwards) => {
    asked.push(`${from} ${isForwards ? 'forwards' : 'backwards'}`);
    if (length === 0) return Promise.resolve(null);
    const first = isForwards ? Number(from) : Math.max(0, length - maxCount);
    const found = Array.from({ length: Math.max(0, Math.min(maxCount, length - first)) }, (_, at) =>
      eventAt(first + at),
    );
    return Promise.resolve(isForwards ? found : found.reverse());
  };
  const chain = { check: (record: StoredRecord) => record } as unknown as RecordChain;
  return { asked, reader: new StreamReader({ stream } as unknown as ServerReads, new StreamNames(''), chain) };
};

const pageOf = async (length: number, from: number, maxCount: number) => {
  const { asked, reader } = readerOf(length);
  const { records, headRevision } = await reader.page(STREAM, from, maxCount, true);
  return { revisions: records.map(({ revision }) => revision), headRevision, asked };
};

describe('a page of a stream on the server', () => {
  it('behind the head is empty, and takes one question', async () => {
    expect(await pageOf(5, 5, 10)).toEqual({ revisions: [], headRevision: 4, asked: ['4 forwards'] });
  });

  it('that ends at the head takes one question', async () => {
    expect(await pageOf(5, 3, 10)).toEqual({ revisions: [3, 4], headRevision: 4, asked: ['2 forwards'] });
    expect(await pageOf(5, 0, 10)).toEqual({ revisions: [0, 1, 2, 3, 4], headRevision: 4, asked: ['0 forwards'] });
  });

  it('that is full asks where the head is', async () => {
    const asked = ['0 forwards', 'end backwards'];
    expect(await pageOf(5, 1, 2)).toEqual({ revisions: [1, 2], headRevision: 4, asked });
    expect(await pageOf(3, 1, 2)).toEqual({ revisions: [1, 2], headRevision: 2, asked });
  });

  it('far behind the head is empty, and names the head', async () => {
    const asked = ['8 forwards', 'end backwards'];
    expect(await pageOf(5, 9, 10)).toEqual({ revisions: [], headRevision: 4, asked });
  });

  it('of no stream is empty and has no head', async () => {
    expect(await pageOf(0, 0, 10)).toMatchObject({ revisions: [], headRevision: null });
    expect(await pageOf(0, 3, 10)).toMatchObject({ revisions: [], headRevision: null });
  });
});
