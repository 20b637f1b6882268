import { categoryOf } from '@verbatim/domain';
import type { Position, RecordedEvent, UndecodableEventError } from '@verbatim/event-store';
import type { Clock } from '@verbatim/platform';
import {
  DocumentCache,
  foldBatch,
  FoldError,
  type BuildChanges,
  type BuildRecord,
  type Checkpoint,
  type CollectionDocuments,
  type Projection,
  type ReadModelStore,
} from '@verbatim/read-models';
import { isOfBuild, subjectIdOf, type ParkedEvents, type ParkedEventsStore } from '../parked/parked-events.js';
import { checkpointAt, isUndecodable, placeOf, type EntryPlace, type LogEntry } from './log-entry.js';

export type LaneDependencies = {
  readonly store: ReadModelStore;
  readonly parkedEvents: ParkedEventsStore;
  readonly clock: Clock;
  readonly onPoison: (lane: ProjectionLane, place: EntryPlace, reason: string) => void;
};

/** One build of one projection on its way through the log, with its own checkpoint and its own failure policy. */
export class ProjectionLane {
  readonly #cache: DocumentCache;
  readonly #parked = new Map<string, ParkedEvents>();
  #checkpoint: Checkpoint | null;
  #stoppedBy: string | null = null;

  constructor(
    readonly projection: Projection,
    readonly build: BuildRecord,
    parked: readonly ParkedEvents[],
    private readonly dependencies: LaneDependencies,
  ) {
    this.#checkpoint = build.checkpoint;
    this.#cache = new DocumentCache(dependencies.store, build, projection);
    for (const one of parked) if (isOfBuild(one, build)) this.#parked.set(one.subjectId, one);
  }

  /** Everything up to here is folded; it is written when the changes that `fold` returned are. */
  get checkpoint(): Checkpoint | null {
    return this.#checkpoint;
  }

  /** Why the projection stands still; null while it moves. */
  get stoppedBy(): string | null {
    return this.#stoppedBy;
  }

  get parked(): readonly ParkedEvents[] {
    return [...this.#parked.values()];
  }

  get isOverfull(): boolean {
    return this.#cache.isOverfull;
  }

  /** Forgets documents. Only when all that was folded is written. */
  trim(): void {
    this.#cache.trim();
  }

  /** Folds what is new of the entries. Null: nothing is to be written. */
  async fold(entries: readonly LogEntry[]): Promise<BuildChanges | null> {
    for (let end = entries.length; this.#stoppedBy === null || end < entries.length;) {
      const last = entries[end - 1];
      if (last === undefined || !this.#isNew(placeOf(last))) return null;
      const poison = this.#undecodableIn(entries, end);
      if (poison !== null) {
        end = await this.#setAside(entries, end, poison.place, `${poison.reason}: ${poison.problem}`);
        continue;
      }
      try {
        const changes = await foldBatch(this.projection, this.#cache, this.#due(entries, end));
        this.#checkpoint = checkpointAt(last);
        return this.#changesOf(changes, this.#checkpoint);
      } catch (error) {
        if (!(error instanceof FoldError)) throw error;
        end = await this.#setAside(entries, end, error.recorded, error.message);
      }
    }
    return null;
  }

  /** Folds the waiting events of one subject, read again from the log; the checkpoint stays. @throws FoldError */
  async replay(events: readonly RecordedEvent[]): Promise<BuildChanges | null> {
    const checkpoint = this.#checkpoint;
    if (checkpoint === null) return null;
    return this.#changesOf(await foldBatch(this.projection, this.#cache, events), checkpoint);
  }

  /** After the replay was written. */
  async unpark(parked: ParkedEvents): Promise<void> {
    await this.dependencies.parkedEvents.remove(parked);
    this.#parked.delete(parked.subjectId);
  }

  isMine({ streamName }: Pick<EntryPlace, 'streamName'>): boolean {
    return (this.projection.categories as readonly string[]).includes(categoryOf(streamName));
  }

  /** @returns how many of the entries may be folded: a parked event only steps aside, one that stops ends the run before it */
  async #setAside(entries: readonly LogEntry[], end: number, place: EntryPlace, reason: string): Promise<number> {
    this.dependencies.onPoison(this, place, reason);
    if (this.projection.poisonPolicy === 'stop') {
      this.#stoppedBy = reason;
      return entries.findIndex((entry) => placeOf(entry).position === place.position);
    }
    const { eventId, streamName, position } = place;
    const parked: ParkedEvents = {
      projection: this.projection.name,
      generation: this.build.generation,
      subjectId: subjectIdOf(streamName),
      streamName,
      eventId,
      position,
      after: this.#checkpoint,
      reason,
      parkedAt: this.dependencies.clock.nowIso(),
    };
    await this.dependencies.parkedEvents.park(parked);
    this.#parked.set(parked.subjectId, parked);
    return end;
  }

  #isNew({ position }: { readonly position: Position }): boolean {
    return this.#checkpoint === null || position > this.#checkpoint.position;
  }

  /** Waits behind a parked event of its subject. What came before that event was folded, or still has to be. */
  #isHeld(place: EntryPlace): boolean {
    const parked = this.#parked.get(subjectIdOf(place.streamName));
    return parked !== undefined && place.position >= parked.position && this.isMine(place);
  }

  #undecodableIn(entries: readonly LogEntry[], end: number): UndecodableEventError | null {
    for (let index = 0; index < end; index += 1) {
      const entry = entries[index] as LogEntry;
      if (!isUndecodable(entry) || !this.isMine(entry.place)) continue;
      if (this.#isNew(entry) && !this.#isHeld(entry.place)) return entry;
    }
    return null;
  }

  #due(entries: readonly LogEntry[], end: number): readonly RecordedEvent[] {
    const due: RecordedEvent[] = [];
    for (let index = 0; index < end; index += 1) {
      const entry = entries[index] as LogEntry;
      if (isUndecodable(entry) || !this.#isNew(entry)) continue;
      if (this.#parked.size === 0 || !this.#isHeld(entry)) due.push(entry);
    }
    return due;
  }

  #changesOf(changes: readonly CollectionDocuments[], checkpoint: Checkpoint): BuildChanges {
    const { projection, generation } = this.build;
    return { projection, generation, checkpoint, changes };
  }
}
