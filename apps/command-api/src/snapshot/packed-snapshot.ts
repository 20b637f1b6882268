import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Revision } from '@verbatim/domain';
import type { Snapshot } from '@verbatim/event-store';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** A snapshot that unpacks to more than this is ignored, bytes. */
const UNPACKED_MAX_BYTES = 64 * 1_024 * 1_024;

/** A small window and the fastest level: a context of the default size costs more than what it compresses here. */
const compression = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: 17 },
};

/** JSON, compressed with zstd off the main thread; `state` is read before the call returns. */
export const packSnapshot = async (revision: Revision, schemaVersion: number, state: object): Promise<Snapshot> => ({
  revision,
  schemaVersion,
  bytes: await compress(JSON.stringify(state), compression),
});

/** Null when the snapshot has another version or cannot be read: a snapshot only ever shortens a fold. */
export const unpackSnapshot = async <State>(snapshot: Snapshot, schemaVersion: number): Promise<State | null> => {
  if (snapshot.schemaVersion !== schemaVersion) return null;
  try {
    const text = await decompress(snapshot.bytes, { maxOutputLength: UNPACKED_MAX_BYTES });
    return JSON.parse(text.toString('utf8')) as State;
  } catch {
    return null;
  }
};
