import type { Brand } from '@verbatim/domain';
import type { AnyCollection, Collection, DocumentId, Guarded } from './projection/collection.js';
import type { Checkpoint, ProjectionName, ReadModels } from './read-models.js';

/** Which build of a projection's documents: a rebuild makes the next one beside it. From 1. */
export type Generation = Brand<number, 'Generation'>;
export type Build = { readonly projection: ProjectionName; readonly generation: Generation };
/** `active`: what queries read. `building`: a rebuild on its way. */
export type BuildRecord = Build & {
  readonly status: 'active' | 'building';
  readonly checkpoint: Checkpoint | null;
};

export type CollectionDocuments = { readonly collection: AnyCollection; readonly documents: readonly object[] };

/** What the fold of a run of events leaves to be written, of one build. */
export type BuildChanges = Build & {
  /** Everything up to here is folded. Rises with every write of a build. */
  readonly checkpoint: Checkpoint;
  /** In the order of the projection's declaration: an engine without transactions writes in it, the checkpoint last. */
  readonly changes: readonly CollectionDocuments[];
};

/**
 * `superseded`: one of the builds is no more; nothing of the call may count as written. Read the builds again and go on from
 * their checkpoints.
 */
export type WriteOutcome = 'written' | 'superseded';
/** `behind`: the active build has folded more; catch up and ask again. */
export type ActivationOutcome = 'activated' | 'behind' | 'superseded';

export type ScannedDocument = {
  /** The key's values, joined with `/`; numbers padded with zeros, so that scans are in the order of their keys. */
  readonly key: string;
  /** Canonical JSON: columns in declared order, ids as text, positions as decimal text. */
  readonly text: string;
};

/**
 * Where documents live. Needs of its engine only guarded upserts, bulk writes and ranges: documents are written before the
 * checkpoint, and an engine that can do both in one transaction does.
 *
 * `once` collections keep the first document under a key; `guarded` ones the document with the highest `lastPosition`.
 * A failed call is an unknown outcome: the same call again, or a fold from the stored checkpoint, leads to the same documents.
 */
export interface ReadModelStore {
  readonly readModels: ReadModels;
  /** Every build. Each projection has exactly one active build, from the first opening on. */
  builds(): Promise<readonly BuildRecord[]>;
  /** Starts a build beside the active one; one that was under way is thrown away. */
  startBuild(projection: ProjectionName): Promise<Build>;
  /** Makes a build the active one if its checkpoint is at or past the active one's; the replaced build is dropped. */
  activate(build: Build): Promise<ActivationOutcome>;
  /** Documents as last written, in the order of the ids; null where there is none. @throws SupersededBuildError */
  load<Document extends Guarded>(
    build: Build,
    collection: Collection<Document>,
    ids: readonly DocumentId[],
  ): Promise<readonly (Document | null)[]>;
  /** Writes all builds' changes together. Calls take effect in the order in which they are made. */
  write(batch: readonly BuildChanges[]): Promise<WriteOutcome>;
  /** All documents of a collection, ordered by key. Memory stays flat. */
  scan(build: Build, collection: AnyCollection): AsyncIterable<ScannedDocument>;
  close(): Promise<void>;
}
