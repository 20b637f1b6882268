import { MongoNetworkError } from 'mongodb';
import type { Collection } from 'mongodb';

/** What happens to one call: it passes; it never reaches the server; it does, and the reply is lost. */
export type Fate = 'passes' | 'is not sent' | 'loses its reply';

const METHODS = new Set<PropertyKey>(['insertOne', 'updateOne', 'deleteOne', 'findOne']);

/** The rows of a real server behind a connection that drops by plan. Calls beyond the plan pass. */
export const behindDrops = <T extends object>(
  rows: Collection<T>,
  nextFate: (method: string) => Fate,
  afterDrop: () => Promise<void> = async () => {},
): Collection<T> =>
  new Proxy(rows, {
    get: (target, property) => {
      const method: unknown = Reflect.get(target, property);
      if (typeof method !== 'function' || !METHODS.has(property)) return method;
      return async (...parameters: unknown[]) => {
        const fate = nextFate(String(property));
        if (fate === 'is not sent') throw new MongoNetworkError('dropped');
        const result: unknown = await Reflect.apply(method, target, parameters);
        if (fate === 'passes') return result;
        await afterDrop();
        throw new MongoNetworkError('dropped');
      };
    },
  });
