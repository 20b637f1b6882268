import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnknownError } from '@eventstore/db-client';
import type { Position } from '../event-store.js';
import { AllSubscription, type SubscriptionSource } from './all-subscription.js';
import { RecordChain } from './record-chain.js';

const HEAD = 5n as Position;

/** What a node of a cluster that elects its leader says. */
const noLeader = (): Error => {
  const details = 'No leader info available in response';
  return new UnknownError(Object.assign(new Error(details), { code: 2, details, metadata: {} }) as never);
};

/** A server whose subscriptions stay silent, and of whose looks ahead the first ones fail. */
const silentServer = (failures: number): SubscriptionSource => {
  let left = failures;
  const scan = async (): Promise<object> => {
    await nextTurn();
    if (left-- > 0) throw noLeader();
    return { records: [], scannedTo: HEAD, isAtHead: true };
  };
  const next = async (): Promise<object> => {
    await nextTurn();
    return { kind: 'silence' };
  };
  const source = {
    ...{ reads: {}, chain: new RecordChain(), all: { scan } },
    heads: { head: () => Promise.resolve(HEAD), isBeyondEverything: () => Promise.resolve(false) },
    openFeed: () => ({ next, close: () => undefined }),
  };
  return source as unknown as SubscriptionSource;
};

describe('a subscription that looks ahead', () => {
  it('looks again when the server can say nothing, whatever its reason', async () => {
    const told = Promise.withResolvers<unknown>();
    const handler = { onEvents: () => undefined, onCaughtUp: told.resolve, onDropped: told.reject };
    const subscription = new AllSubscription(silentServer(3), { after: null }, handler, told.reject);
    const caughtUpAt = await told.promise;
    await subscription.close();
    expect(caughtUpAt).toBe(HEAD);
  });
});
