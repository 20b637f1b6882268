/** One collection of one library. The name is for ever; indexes may be added and dropped by later releases. */
export type CollectionDefinition = {
  /** `accounts`: `[a-z][a-z0-9-]{0,39}`. */
  readonly name: string;
  /** Top-level fields that `find` may ask for. Only documents that hold a string there are found. */
  readonly indexedFields?: readonly string[];
};

/** A document with the number of its writes: 1 after `insert`, unless that names another, one more after each `replace`. */
export type StoredDocument<T> = { readonly id: string; readonly version: number; readonly document: T };

export type Page = {
  /** Id that the page starts behind. */
  readonly after?: string;
  /** At most `STATE_PAGE_MAX` documents. */
  readonly limit: number;
};

/**
 * JSON documents by id. A write is durable before its promise resolves, and a read that starts afterwards sees it. Ids are 1 to
 * 200 printable ASCII characters without spaces; lists are in the order of their bytes.
 */
export interface Collection<T extends object> {
  get(id: string): Promise<StoredDocument<T> | null>;
  /**
   * Of any number of inserts of one id exactly one is told `inserted`, until it is deleted.
   * @param version 1 when absent; the one that it had, for a document that comes from another store
   */
  insert(id: string, document: T, version?: number): Promise<'inserted' | 'exists'>;
  /** Writes only over the version that the caller has read: false when the document has moved on or is gone. */
  replace(id: string, document: T, expectedVersion: number): Promise<boolean>;
  /** False when there is none, or none of that version. A later insert of the id starts at version 1 again. */
  delete(id: string, expectedVersion?: number): Promise<boolean>;
  /** Documents whose indexed field has exactly this text. */
  find(field: string, value: string, page: Page): Promise<readonly StoredDocument<T>[]>;
  /** Documents whose id starts with the prefix; '' lists all. */
  list(prefix: string, page: Page): Promise<readonly StoredDocument<T>[]>;
}

/**
 * What is neither an event nor rebuildable: accounts, devices, refresh families, checkpoints of reactors. Everything it does, a
 * document store without transactions can do: one write touches one document.
 */
export interface StateStore {
  collection<T extends object>(definition: CollectionDefinition): Promise<Collection<T>>;
  /** Every collection that holds documents, whoever owns it, by name, with the fields that have an index. Empty ones may be among them. */
  collections(): Promise<readonly Required<CollectionDefinition>[]>;
  /** Waits for the writes under way. */
  close(): Promise<void>;
}

export const STATE_PAGE_MAX = 1_000;
export const STATE_DOCUMENT_MAX_BYTES = 1_048_576;
/** Writes that wait for the one under way; one more is refused with `StateBusyError`. */
export const STATE_WAITING_WRITES_MAX = 10_000;
