import { hash } from 'node:crypto';
import { ANY, binaryEvent } from '@eventstore/db-client';
import type { Revision, StreamName } from '@verbatim/domain';
import { createBoundedCache } from '@verbatim/platform';
import type { Snapshot } from '../event-store.js';
import { isPassing, withinTime } from './client-errors.js';
import { APPEND_TIMEOUT_MS, DESCRIBED_SNAPSHOTS_MAX, SNAPSHOT_MAX_BYTES } from './limits.js';
import type { ServerReads } from './server-reads.js';
import type { SharedClient } from './shared-client.js';
import type { StreamNames } from './stream-names.js';

const EVENT_TYPE = 'Snapshot';

type SnapshotMetadata = { readonly revision: number; readonly schemaVersion: number; readonly checksum: string };

const isSnapshotMetadata = (value: unknown): value is SnapshotMetadata => {
  const { revision, schemaVersion, checksum } = (value ?? {}) as Partial<SnapshotMetadata>;
  return Number.isSafeInteger(revision) && Number.isSafeInteger(schemaVersion) && typeof checksum === 'string';
};

/** The newest folded state of a stream, in a stream beside it that keeps one event. Losing one costs a longer fold. */
export class SnapshotStreams {
  readonly #described = createBoundedCache<string, true>({ entriesMax: DESCRIBED_SNAPSHOTS_MAX });

  constructor(
    private readonly shared: SharedClient,
    private readonly reads: ServerReads,
    private readonly names: StreamNames,
  ) {}

  /** Null when there is none that is sound. */
  async read(stream: StreamName): Promise<Snapshot | null> {
    const [event] = (await this.reads.stream(this.names.snapshotOf(stream), 'end', 1, false)) ?? [];
    if (event === undefined || !ArrayBuffer.isView(event.data) || !isSnapshotMetadata(event.metadata)) return null;
    const { revision, schemaVersion, checksum } = event.metadata;
    const bytes = new Uint8Array(event.data.buffer, event.data.byteOffset, event.data.byteLength);
    if (hash('sha256', bytes) !== checksum) return null;
    return { revision: revision as Revision, schemaVersion, bytes };
  }

  /** Nothing is kept of a snapshot that is too large, or that the server does not take in time. */
  async save(stream: StreamName, { revision, schemaVersion, bytes }: Snapshot): Promise<void> {
    if (bytes.byteLength > SNAPSHOT_MAX_BYTES) return;
    const name = this.names.snapshotOf(stream);
    const metadata: SnapshotMetadata = { revision, schemaVersion, checksum: hash('sha256', bytes) };
    const event = binaryEvent({ type: EVENT_TYPE, data: Buffer.from(bytes), metadata: { ...metadata } });
    try {
      await this.#keepOne(name);
      const saved = this.shared.client.appendToStream(name, event, { expectedRevision: ANY, requiresLeader: true });
      await withinTime(saved, `a snapshot of ${stream}`, APPEND_TIMEOUT_MS);
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }

  async #keepOne(name: string): Promise<void> {
    if (this.#described.get(name) === true) return;
    const { client } = this.shared;
    const { metadata } = await withinTime(client.getStreamMetadata(name), 'stream metadata', APPEND_TIMEOUT_MS);
    if (metadata?.maxCount !== 1) {
      const set = client.setStreamMetadata(name, { maxCount: 1 }, { requiresLeader: true });
      await withinTime(set, 'stream metadata', APPEND_TIMEOUT_MS);
    }
    this.#described.set(name, true);
  }
}
