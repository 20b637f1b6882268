/** What the traced process did to its files and said to its peers, in order. Paths are absolute. */
export type DiskStep =
  | { readonly kind: 'created'; readonly path: string }
  | WriteStep
  | { readonly kind: 'write-done'; readonly write: WriteStep }
  | { readonly kind: 'resized'; readonly path: string; readonly bytes: number }
  | SyncStep
  | { readonly kind: 'sync-done'; readonly sync: SyncStep }
  | { readonly kind: 'removed'; readonly path: string }
  | { readonly kind: 'renamed' | 'linked'; readonly path: string; readonly to: string }
  | { readonly kind: 'said'; readonly text: string };

/** `data` is cut to what was really written once the call has returned. */
export type WriteStep = { readonly kind: 'write'; readonly path: string; readonly at: number; data: Buffer };
/** Covers the writes that were done when it started. Of a folder: the names in it. */
export type SyncStep = { readonly kind: 'sync'; readonly path: string };
