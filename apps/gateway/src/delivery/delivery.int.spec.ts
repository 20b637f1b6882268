import type { ConversationEvent, ConversationId, UserId } from '@verbatim/domain';
import { openMemoryEventStore, type RecordedEvent } from '@verbatim/event-store';
import { LogWriter, someUser } from '../testkit/log-writer.fixtures.js';
import { CursorCodec } from './cursor.js';
import { Delivery } from './delivery.js';
import type { Outgoing } from './outgoing.js';
import { Subscriber } from './subscriber.js';

const [ada, bob]: [UserId, UserId] = [someUser(), someUser()];

describe('a conversation with an event that this gateway does not know', () => {
  const open = async () => {
    const store = openMemoryEventStore();
    const writer = new LogWriter(store);
    const group = await writer.group(ada, bob);
    const other = await writer.direct(ada, bob);
    await writer.send(group, ada, 'first');
    await writer.send(group, ada, 'from the future');
    await writer.send(group, ada, 'after it');
    await writer.send(other, ada, 'elsewhere');
    const { events } = await store.readAll({ after: null, maxCount: 100 });
    const stalled: string[] = [];
    const hooks = {
      onUserEvent: () => {},
      onFocusChange: () => {},
      onMembers: () => {},
      onDelivered: () => {},
      onStalled: ({ streamName }: { streamName: string }) => void stalled.push(streamName),
    };
    const cursors = new CursorCodec(Buffer.alloc(32, 1), store.identity);
    const delivery = new Delivery(cursors, hooks, null, { recentMaxBytes: 1_000_000, recentMaxEvents: 100 });
    return { delivery, events, group, stalled };
  };
  const listener = (delivery: Delivery, conversationIds: readonly ConversationId[]): string[] => {
    const texts: string[] = [];
    const sink = { write: ({ text }: Outgoing) => void texts.push(text), close: () => {} };
    const subscriber = new Subscriber('1', { userId: bob, deviceId: '', sessionId: '', role: 'user' }, sink);
    subscriber.goLive();
    delivery.audience.admit(bob, conversationIds).subscribers.add(subscriber);
    return texts;
  };
  const apply = (delivery: Delivery, recorded: RecordedEvent): void => {
    try {
      delivery.onEvent(recorded);
    } catch (error) {
      delivery.onNotUnderstood(recorded, error as Error);
    }
  };

  it('is not delivered from there on, and every other one is', async () => {
    const { delivery, events, group, stalled } = await open();
    const texts = listener(delivery, []);
    for (const recorded of events) {
      const isUnknown = (recorded.event.data as { body?: string }).body === 'from the future';
      const unknown = { ...recorded, event: { type: 'MessageTeleported', data: {} } as unknown as ConversationEvent };
      apply(delivery, isUnknown ? unknown : recorded);
    }
    const bodies = texts
      .map((text) => (JSON.parse(text) as { d: { body?: string } }).d.body)
      .filter((body) => body !== undefined);
    expect(bodies).toEqual(['first', 'elsewhere']);
    expect([stalled, [...delivery.stalled]]).toEqual([[`conversation-${group}`], [[group, 2]]]);
  });
});
