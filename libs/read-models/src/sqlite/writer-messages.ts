import type { LogIdentity } from '@verbatim/event-store';
import type { ProjectionName } from '../read-models.js';
import type { ActivationOutcome, Build, BuildRecord, Generation, WriteOutcome } from '../read-model-store.js';

/** Values of one collection's documents, row after row in one array: a message of few objects is cheap to post. */
export type FlatRows = readonly [collection: string, values: readonly (string | number | null)[]];
export type FlatBuildChanges = {
  readonly projection: ProjectionName;
  readonly generation: Generation;
  readonly position: number;
  readonly eventId: string;
  readonly rows: readonly FlatRows[];
};

/** What the write connection is asked, and what it answers. */
export type WriterCalls = {
  write: { readonly request: readonly FlatBuildChanges[]; readonly reply: WriteOutcome };
  builds: { readonly request: null; readonly reply: readonly BuildRecord[] };
  startBuild: { readonly request: ProjectionName; readonly reply: Build };
  activate: { readonly request: Build; readonly reply: ActivationOutcome };
  close: { readonly request: null; readonly reply: null };
};
export type WriterCallName = keyof WriterCalls;

export type WriterRequest = {
  [Name in WriterCallName]: {
    readonly id: number;
    readonly call: Name;
    readonly request: WriterCalls[Name]['request'];
  };
}[WriterCallName];
export type WriterReply =
  | { readonly id: number; readonly outcome: 'done'; readonly reply: unknown }
  | { readonly id: number; readonly outcome: 'failed'; readonly error: WriterFailure };
export type WriterFailure = { readonly name: string; readonly message: string; readonly code: string | null };

export type WriterOptions = { readonly file: string; readonly log: LogIdentity };
/** The first message of the worker. */
export type WriterOpened =
  { readonly outcome: 'opened' } | { readonly outcome: 'failed'; readonly error: WriterFailure };

export const failureOf = (error: unknown): WriterFailure => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null };
  const code = (error as { code?: unknown }).code;
  return { name: error.name, message: error.message, code: typeof code === 'string' ? code : null };
};
