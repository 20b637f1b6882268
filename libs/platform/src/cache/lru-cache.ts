import { LRUCache } from 'lru-cache';

export type CacheLimits<V> =
  | { readonly entriesMax: number }
  | { readonly entriesMax: number; readonly bytesMax: number; readonly bytesOf: (value: V) => number };

/** Keeps what was used last within a number of entries and, where asked, of bytes. A value above `bytesMax` is not kept. */
export type BoundedCache<K, V> = {
  readonly get: (key: K) => V | undefined;
  readonly set: (key: K, value: V) => void;
  readonly delete: (key: K) => void;
  readonly clear: () => void;
  readonly entries: () => number;
  /** 0 for a cache without a byte limit. */
  readonly bytes: () => number;
};

export const createBoundedCache = <K extends {}, V extends {}>(limits: CacheLimits<V>): BoundedCache<K, V> => {
  const bytes =
    'bytesMax' in limits
      ? { maxSize: limits.bytesMax, sizeCalculation: (value: V) => Math.max(1, Math.ceil(limits.bytesOf(value))) }
      : {};
  const cache = new LRUCache<K, V>({ max: limits.entriesMax, ...bytes });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => void cache.set(key, value),
    delete: (key) => void cache.delete(key),
    clear: () => cache.clear(),
    entries: () => cache.size,
    bytes: () => cache.calculatedSize,
  };
};
