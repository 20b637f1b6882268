import { createBoundedCache } from './lru-cache.js';

describe('a bounded cache', () => {
  it('forgets what was used longest ago', () => {
    const cache = createBoundedCache<string, number>({ entriesMax: 2 });
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
    expect(cache.entries()).toBe(2);
  });
  it('stays within its bytes, and keeps nothing that is larger than all of them', () => {
    const cache = createBoundedCache<string, string>({ entriesMax: 100, bytesMax: 10, bytesOf: (text) => text.length });
    for (const key of 'abcdef') cache.set(key, 'xxxx');
    expect([cache.entries(), cache.bytes()]).toEqual([2, 8]);
    cache.set('huge', 'x'.repeat(11));
    expect(cache.get('huge')).toBeUndefined();
    cache.delete('f');
    expect(cache.bytes()).toBe(4);
    cache.clear();
    expect([cache.entries(), cache.bytes()]).toEqual([0, 0]);
  });
});
