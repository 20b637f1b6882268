import type { ConversationId, Seq, UserId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import type { SignalListener } from '@verbatim/presence';
import { Audience } from '../delivery/audience.js';
import type { Outgoing } from '../delivery/outgoing.js';
import { Subscriber } from '../delivery/subscriber.js';
import { TypingFeed } from './typing-feed.js';

const here = 'here' as ConversationId;
const [ada, bob] = ['ada', 'bob'] as [UserId, UserId];

/** A gateway at which bob focuses one conversation, and that gets to places in the log when it is told to. */
const gateway = (scannedTo: bigint | null = null) => {
  const shown: string[] = [];
  const sink = { write: ({ text }: Outgoing) => void shown.push(text), close: () => {} };
  const subscriber = new Subscriber('1', { userId: bob, deviceId: '', sessionId: '', role: 'user' }, sink);
  subscriber.goLive();
  const audience = new Audience();
  audience.admit(bob, [here]).subscribers.add(subscriber);
  audience.focus(subscriber, [here]);
  const published: string[] = [];
  let heard: SignalListener = () => {};
  const signals = {
    publish: (_topic: string, signal: string) => void published.push(signal),
    follow: () => {},
    unfollow: () => {},
    onSignal: (listener: SignalListener) => void (heard = listener),
  };
  const waiting: { position: Position; answer: (isThere: boolean) => void }[] = [];
  const reaches = (position: Position): Promise<boolean> => new Promise((answer) => waiting.push({ position, answer }));
  const stalled = new Map<ConversationId, Seq>();
  const feed = new TypingFeed({
    signals,
    delivery: { audience, stalled },
    feed: { reaches, scannedTo: scannedTo as Position | null },
  });
  return { feed, audience, shown, published, waiting, stalled, hear: (signal: string) => heard(here, signal) };
};
const typing = (after: unknown) => JSON.stringify({ userId: ada, typing: true, after });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('typing at another gateway', () => {
  it('is told with the place that the membership of the typist is of', () => {
    const { feed, published } = gateway(17n);
    feed.typed(here, { userId: ada, typing: true });
    expect(published).toEqual([typing('17')]);
  });

  it('is shown once this gateway is where the other was', async () => {
    const { shown, waiting, hear } = gateway();
    hear(typing('9'));
    await turn();
    expect([shown, waiting.map(({ position }) => position)]).toEqual([[], [9n]]);
    waiting[0]?.answer(true);
    await turn();
    expect(shown).toEqual(['{"ev":"typing","d":{"conversationId":"here","userId":"ada","typing":true}}']);
  });

  it('is shown to nobody who was removed on the way there', async () => {
    const { audience, shown, waiting, hear } = gateway();
    hear(typing('9'));
    audience.left(here, [bob]);
    waiting[0]?.answer(true);
    await turn();
    expect(shown).toEqual([]);
  });

  it('is lost when this gateway does not get there in time', async () => {
    const { shown, waiting, hear } = gateway();
    hear(typing('9'));
    waiting[0]?.answer(false);
    await turn();
    expect(shown).toEqual([]);
  });

  it('is lost above the number that may wait', () => {
    const { waiting, hear } = gateway();
    for (let signal = 0; signal < 1_500; signal += 1) hear(typing('9'));
    expect(waiting).toHaveLength(1_000);
  });

  it('is not shown in a conversation that is no longer delivered', async () => {
    const { shown, stalled, hear } = gateway();
    stalled.set(here, 3 as Seq);
    hear(typing(null));
    await turn();
    expect(shown).toEqual([]);
  });

  it.each(['', 'null', '[]', '{}', typing('-1'), typing('1e3'), typing(7), typing('9'.repeat(40)), typing(undefined)])(
    'is passed over when it is %s',
    async (signal) => {
      const { shown, waiting, hear } = gateway();
      hear(signal);
      await turn();
      expect([shown, waiting]).toEqual([[], []]);
    },
  );
});
