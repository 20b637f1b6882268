import type Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import type { Revision } from '@verbatim/domain';
import type { Snapshot } from '../event-store.js';
import type { SnapshotToSave } from './log-messages.js';
import { sqliteCode } from './log-schema.js';

type SnapshotRow = {
  readonly revision: number;
  readonly schemaVersion: number;
  readonly bytes: Buffer;
  readonly checksum: Buffer;
  readonly headRevision: number | null;
};

const checksumOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const INSERT_SNAPSHOT = `
  INSERT OR REPLACE INTO snapshots (stream_id, revision, schema_version, bytes, checksum)
  SELECT stream_id, ?, ?, ?, ? FROM streams WHERE name = ?`;

/**
 * Keeps the newest snapshot of a stream, if there is room; a stream without events keeps none.
 * @throws whatever the driver throws, but for a full disk
 */
export const writeSnapshot = (db: Database.Database, snapshot: SnapshotToSave): void => {
  const { streamName, revision, schemaVersion, bytes } = snapshot;
  try {
    db.prepare(INSERT_SNAPSHOT).run(revision, schemaVersion, bytes, checksumOf(bytes), streamName);
  } catch (error) {
    if (sqliteCode(error) !== 'SQLITE_FULL') throw error;
  }
};

const SELECT_SNAPSHOT = `
  SELECT revision, schema_version AS schemaVersion, bytes, checksum,
    (SELECT max(revision) FROM events WHERE events.stream_id = streams.stream_id) AS headRevision
  FROM streams JOIN snapshots USING (stream_id) WHERE name = ?`;

/** A snapshot that is damaged, or ahead of its stream, is as good as none: the stream is folded from further back. */
export const snapshotReader = (db: Database.Database): ((streamName: string) => Snapshot | null) => {
  const select = db.prepare<[string], SnapshotRow>(SELECT_SNAPSHOT);
  return (streamName) => {
    const row = select.get(streamName);
    if (row === undefined || row.revision > (row.headRevision ?? -1)) return null;
    if (!checksumOf(row.bytes).equals(row.checksum)) return null;
    return { revision: row.revision as Revision, schemaVersion: row.schemaVersion, bytes: new Uint8Array(row.bytes) };
  };
};
