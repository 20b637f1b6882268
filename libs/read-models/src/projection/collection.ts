import type { Position } from '@verbatim/event-store';

/**
 * What a column holds. `conversation`, `user`: an id that an engine may replace by a small integer of its own; `uuid`: any
 * other id; `json`: a value stored as its JSON text. All but keys may be null.
 */
export type ColumnKind = 'conversation' | 'user' | 'uuid' | 'integer' | 'position' | 'text' | 'json';

/**
 * `once`: the first document under a key stays; the same event gives the same document, so writing it again changes nothing.
 * `guarded`: a document replaces the one that is there only when its `lastPosition` is higher.
 */
export type WriteRule = 'once' | 'guarded';

/** Documents of one shape, as a projection declares them and every engine stores them. */
export type Collection<Document extends object = object> = {
  /** Unique over all projections; also the name of the table, with the generation. Snake case. */
  readonly name: string;
  /** In this order in rows. */
  readonly columns: readonly (readonly [name: keyof Document & string, kind: ColumnKind])[];
  /** For a `guarded` collection ids only: `DocumentId` is made of them. */
  readonly key: readonly (keyof Document & string)[];
  readonly writeRule: WriteRule;
};

/** Any collection, where the shape of its documents does not matter. */
export type AnyCollection = Pick<Collection, 'name' | 'writeRule'> & {
  readonly columns: readonly (readonly [name: string, kind: ColumnKind])[];
  readonly key: readonly string[];
};

/** The ids of a guarded document's key, joined: each is a UUID of 36 characters. */
export type DocumentId = string;
export const ID_CHARACTERS = 36;

/** Every guarded document carries the position of the last event folded into it; an event at or below it changes nothing. */
export type Guarded = { readonly lastPosition: Position };

type Columns<Document extends object> = { readonly [Name in keyof Document & string]-?: ColumnKind };

export const defineCollection = <Document extends object>(definition: {
  readonly name: string;
  readonly columns: Columns<Document>;
  readonly key: readonly (keyof Document & string)[];
  readonly writeRule: WriteRule;
}): Collection<Document> => ({
  ...definition,
  columns: Object.entries(definition.columns) as [keyof Document & string, ColumnKind][],
});
