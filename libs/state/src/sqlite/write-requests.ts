/** What the main thread asks of the writer's thread. One batch is one transaction with one fsync. */
export type WriteRequest =
  | { readonly kind: 'define'; readonly collection: string; readonly indexedFields: readonly string[] }
  | {
      readonly kind: 'insert';
      readonly collection: string;
      readonly id: string;
      readonly text: string;
      readonly version: number;
    }
  | {
      readonly kind: 'replace';
      readonly collection: string;
      readonly id: string;
      readonly text: string;
      readonly expectedVersion: number;
    }
  | {
      readonly kind: 'delete';
      readonly collection: string;
      readonly id: string;
      readonly expectedVersion: number | null;
    };

export type ToWriter =
  { readonly kind: 'batch'; readonly requests: readonly WriteRequest[] } | { readonly kind: 'close' };

/** `refusal`: why the file could not be opened; `full`: nothing of the batch is written; `failure`: it is unknown what is. */
export type FromWriter =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly refusal: 'in-use' | 'foreign' | 'other'; readonly message: string }
  | { readonly kind: 'written'; readonly changed: readonly boolean[] }
  | { readonly kind: 'full' }
  | { readonly kind: 'failed'; readonly message: string };

/** What the thread starts with. */
export type WriterData = { readonly file: string; readonly fileMaxBytes: number | null };
