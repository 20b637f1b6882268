import type { UserId } from '@verbatim/domain';
import {
  openMemoryEventStore,
  type EventStore,
  type RecordedEvent,
  type SubscriptionHandler,
} from '@verbatim/event-store';
import { createLogger } from '@verbatim/platform';
import { LogWriter, someUser } from '../testkit/log-writer.fixtures.js';
import { present } from '../testkit/present.fixtures.js';
import { LogFeed } from './log-feed.js';

const logger = createLogger({ name: 'feed', level: 'silent' });
const [ada, bob]: [UserId, UserId] = [someUser(), someUser()];
const FOREVER_MS = 60_000;

describe('following the log', () => {
  let store: EventStore;
  let writer: LogWriter;
  let seen: RecordedEvent[];
  let notUnderstood: string[];
  beforeEach(() => {
    store = openMemoryEventStore();
    writer = new LogWriter(store);
    seen = [];
    notUnderstood = [];
  });
  afterEach(() => store.close());

  const feedOn = (on: EventStore, onEvent: (recorded: RecordedEvent) => void = () => {}): LogFeed =>
    new LogFeed(
      on,
      {
        onEvent: (recorded) => {
          seen.push(recorded);
          onEvent(recorded);
        },
        onNotUnderstood: ({ streamName }) => void notUnderstood.push(streamName),
      },
      logger,
    );
  const head = async () => present(await store.headPosition());

  it('lets those wait who are ahead, until it has applied what they have seen', async () => {
    const feed = feedOn(store);
    feed.start(null);
    await writer.direct(ada, bob);
    expect(await feed.reaches(await head(), FOREVER_MS)).toBe(true);
    expect([seen.length, feed.place?.position]).toEqual([1, await head()]);
    await feed.stop();
  });

  it('tells those who wait in vain, and those who wait when it stops', async () => {
    const feed = feedOn(store);
    feed.start(null);
    const beyond = 10_000n as Awaited<ReturnType<typeof head>>;
    expect(await feed.reaches(beyond, 1)).toBe(false);
    const waiting = feed.reaches(beyond, FOREVER_MS);
    await feed.stop();
    expect(await waiting).toBe(false);
  });

  it('goes on with the next event after one that was not understood', async () => {
    const direct = await writer.direct(ada, bob);
    await writer.send(direct, ada, 'bad');
    await writer.send(direct, ada, 'good');
    const feed = feedOn(store, ({ revision }) => {
      if (revision === 1) throw new Error('what is this');
    });
    feed.start(null);
    await feed.reaches(await head(), FOREVER_MS);
    expect(seen.map(({ revision }) => revision)).toEqual([0, 1, 2]);
    expect(notUnderstood).toEqual([`conversation-${direct}`]);
    await feed.stop();
  });

  it('takes a dropped subscription up again from where it was', async () => {
    const handlers: SubscriptionHandler[] = [];
    const dropping: Partial<EventStore> = {
      subscribeToAll: (options, handler) => {
        handlers.push(handler);
        return store.subscribeToAll(options, handler);
      },
    };
    const direct = await writer.direct(ada, bob);
    const feed = feedOn(dropping as EventStore);
    feed.start(null);
    await feed.reaches(await head(), FOREVER_MS);
    present(handlers[0]).onDropped?.(new Error('cut'));
    expect(feed.isLive).toBe(false);
    // The first subscription would go on in this store; a dropped one delivers nothing.
    Object.assign(present(handlers[0]), { onEvents: () => {} });
    await writer.send(direct, ada, 'after the cut');
    expect(await feed.reaches(await head(), FOREVER_MS)).toBe(true);
    expect(seen.map(({ revision }) => revision)).toEqual([0, 1]);
    await feed.stop();
  });
});
