import type { EventStore } from '@verbatim/event-store';

/** The same store with some of its methods replaced, for a spec that counts or spoils what is read. */
export const storeWith = (store: EventStore, replaced: Partial<EventStore>): EventStore =>
  new Proxy(store, {
    get: (target, name) => {
      const own = replaced[name as keyof EventStore] ?? Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
