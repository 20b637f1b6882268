import { UnknownError } from '@eventstore/db-client';
import type { Position } from '../event-store.js';
import { ServerReads } from './server-reads.js';
import type { SharedClient } from './shared-client.js';

const PLACE = 7n as Position;
const event = { position: { commit: PLACE, prepare: PLACE } };
/** What a node of a cluster that elects its leader says, and what one says to a position in the middle of a record. */
const failure = (details: string) =>
  new UnknownError(Object.assign(new Error(details), { code: 2, details, metadata: {} }) as never);
const noLeader = failure('No leader info available in response');
const noRecord = failure('Unexpected ReadAllResult: Error');

/** A client whose reads of all end as told, one after the other. */
const readsOf = (...ends: readonly (Error | readonly object[])[]): ServerReads => {
  const left = [...ends];
  const readAll = async function* () {
    const end = left.shift() ?? [];
    if (end instanceof Error) throw end;
    yield* end.map((one) => ({ event: one }));
  };
  return new ServerReads({ client: { readAll } } as unknown as SharedClient);
};

describe('what is at a position', () => {
  it('is nothing where the server answers, but not there', async () => {
    expect(await readsOf(noRecord, [event], noRecord).allAt(PLACE)).toBeNull();
  });

  it('is found when the server could only not say it the first time', async () => {
    expect(await readsOf(noLeader, [event], [event]).allAt(PLACE)).toBe(event);
  });

  it('is not said while the server answers nothing', async () => {
    await expect(readsOf(noLeader, noLeader).allAt(PLACE)).rejects.toBe(noLeader);
  });
});

describe('what lies behind a position', () => {
  it('is not looked for elsewhere while the server answers nothing', async () => {
    await expect(readsOf(noLeader, noLeader).allAfter(PLACE, 10)).rejects.toBe(noLeader);
  });

  it('is read from the record before it where none begins there', async () => {
    const [before, after] = [5n, 9n].map((commit) => ({ position: { commit, prepare: commit } }));
    const away = [noRecord, [event], noRecord] as const;
    const reads = readsOf(...away, ...away, [after, before] as object[], [before, after] as object[]);
    expect(await reads.allAfter(PLACE, 10)).toEqual({ events: [after], isAtHead: true });
  });
});
