import type { Revision } from '@verbatim/domain';
import type { EventStore, Snapshot } from '../event-store.js';
import { aConversation, messages } from '../event-store.fixtures.js';

const snapshotAt = (revision: number, text: string): Snapshot => ({
  revision: revision as Revision,
  schemaVersion: 3,
  bytes: new TextEncoder().encode(text),
});

export const snapshotsContract = (store: () => EventStore): void => {
  describe('snapshots', () => {
    it('gives back the newest one of a stream', async () => {
      const stream = aConversation();
      await store().append(stream, 'no-stream', messages(3));
      await store().saveSnapshot(stream, snapshotAt(1, 'one'));
      await store().saveSnapshot(stream, snapshotAt(2, 'two'));
      const { revision, schemaVersion, bytes } = (await store().readSnapshot(stream)) as Snapshot;
      expect([revision, schemaVersion, new TextDecoder().decode(bytes)]).toEqual([2, 3, 'two']);
    });

    it('has none of a stream that was never saved or does not exist', async () => {
      const [stream, missing] = [aConversation(), aConversation()];
      await store().append(stream, 'no-stream', messages(1));
      await store().saveSnapshot(missing, snapshotAt(0, 'of nothing'));
      expect([await store().readSnapshot(stream), await store().readSnapshot(missing)]).toEqual([null, null]);
    });
  });
};
