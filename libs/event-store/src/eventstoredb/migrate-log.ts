import type { EventId, LogIdentity, Position } from '../event-store.js';
import { LogExport } from '../sqlite/log-export.js';
import { copyBatches } from './copy-batches.js';
import { CopyTarget, ForeignTargetError } from './copy-target.js';
import { connectLog } from './open-event-store-db.js';

export type MigrationOptions = {
  /** File of the embedded log; no server may have it open. */
  readonly file: string;
  /** `esdb://…`; holds nothing of ours, or the beginning of this very log. */
  readonly url: string;
  /** Events whose positions in the copy are wanted, because somebody has remembered their old ones. */
  readonly eventIds: ReadonlySet<EventId>;
  /** Told the identity of the copy when the target is known to be one that may be written to, and before anything is written. */
  readonly onBegin?: (identity: LogIdentity) => Promise<void>;
  /** Told the new positions when all is copied and compared, and before the copy counts as a log. May come again after a crash. */
  readonly onCopied: (positions: ReadonlyMap<EventId, Position>) => Promise<void>;
  /** Told how many events are in the copy, batch by batch. */
  readonly onProgress?: (progress: { readonly events: number }) => void;
};

export type Migrated = {
  readonly identity: LogIdentity;
  readonly events: number;
  /** Of those, copied by this call; the others were there already. */
  readonly copied: number;
  readonly headPosition: Position | null;
};

/**
 * Copies an embedded log to EventStoreDB: in the order of all events, each at its revision, with its id, bytes and hash. Positions
 * are new, so the copy begins a new epoch of the same log, and cursors of before are known as such. Ends with a comparison of all
 * records. May be broken off anywhere and repeated: it goes on where it stopped. Until it is through nobody can open the copy.
 * @throws ForeignTargetError, LogInUseError, DamagedLogError, OperatorError
 */
export const migrateLog = async (options: MigrationOptions): Promise<Migrated> => {
  const source = LogExport.open(options.file);
  try {
    const parts = await connectLog(options.url);
    try {
      const identity: LogIdentity = { ...source.identity, epoch: source.identity.epoch + 1 };
      refuseOther((await parts.identity.announced())?.identity ?? null, identity);
      const target = new CopyTarget(parts);
      const present = await target.compare(source, () => {});
      await options.onBegin?.(identity);
      await parts.identity.announce(identity);
      await copyBehind(source, present, target, options);
      const { positions, headPosition } = await compareAll(source, target, options.eventIds);
      await options.onCopied(positions);
      await parts.identity.write(identity);
      return { identity, events: source.events, copied: source.events - present, headPosition };
    } finally {
      await parts.shared.release();
    }
  } finally {
    source.close();
  }
};

const refuseOther = (stored: LogIdentity | null, identity: LogIdentity): void => {
  if (stored === null || (stored.logId === identity.logId && stored.epoch === identity.epoch)) return;
  throw new ForeignTargetError(
    '--to names an event store that is another log already: name an empty one, or give it a streamPrefix',
  );
};

const copyBehind = async (
  source: LogExport,
  present: number,
  target: CopyTarget,
  { onProgress = () => {} }: MigrationOptions,
): Promise<void> => {
  let events = present;
  for (const batch of copyBatches(source.rowsAfter(present))) {
    await target.append(batch);
    events += batch.length;
    onProgress({ events });
  }
};

const compareAll = async (source: LogExport, target: CopyTarget, eventIds: ReadonlySet<EventId>) => {
  const positions = new Map<EventId, Position>();
  let headPosition: Position | null = null;
  const found = await target.compare(source, (eventId, position) => {
    headPosition = position;
    if (eventIds.has(eventId)) positions.set(eventId, position);
  });
  if (found !== source.events)
    throw new ForeignTargetError(`the target has ${found} events where the log has ${source.events}`);
  const lost = [...eventIds].find((eventId) => !positions.has(eventId));
  if (lost !== undefined)
    throw new ForeignTargetError(`the log does not have the event ${lost} that somebody remembers`);
  return { positions, headPosition };
};
