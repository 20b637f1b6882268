import type Database from 'better-sqlite3';
import type { StreamName } from '@verbatim/domain';
import type { Snapshot } from '../event-store.js';
import { snapshotReader } from './snapshot-table.js';
import type { WriterThread } from './writer-thread.js';

/** Largest snapshot, bytes; it travels through the log's writer. */
export const SNAPSHOT_MAX_BYTES = 8 * 1_024 * 1_024;

/** Snapshots on their way to the writer and back. */
export class SnapshotDesk {
  readonly read: (streamName: string) => Snapshot | null;
  readonly #saving = new Map<number, () => void>();
  #lastRequestId = 0;
  #isOpen = true;

  constructor(
    db: Database.Database,
    private readonly thread: WriterThread,
  ) {
    this.read = snapshotReader(db);
  }

  async save(streamName: StreamName, { revision, schemaVersion, bytes }: Snapshot): Promise<void> {
    if (bytes.byteLength > SNAPSHOT_MAX_BYTES)
      throw new RangeError(`a snapshot has at most ${SNAPSHOT_MAX_BYTES} bytes, not ${bytes.byteLength}`);
    if (!this.#isOpen) return;
    this.#lastRequestId += 1;
    const requestId = this.#lastRequestId;
    this.thread.post({ kind: 'snapshot', requestId, snapshot: { streamName, revision, schemaVersion, bytes } });
    await new Promise<void>((resolve) => this.#saving.set(requestId, resolve));
  }

  saved(requestId: number): void {
    this.#saving.get(requestId)?.();
    this.#saving.delete(requestId);
  }

  /** No answer will come. A snapshot that was not saved costs a longer fold and nothing else. */
  abandon(): void {
    this.#isOpen = false;
    for (const resolve of this.#saving.values()) resolve();
    this.#saving.clear();
  }
}
