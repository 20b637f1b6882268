import type { Ack, Delivery, DeviceRecord, Evidence, StoredEvent, UserView } from './evidence.js';
import { foldLog } from './folded-log.js';

/** One fault, put into what was seen of a sound server; the named checker has to report it. */
export type PlantedFault = {
  readonly name: string;
  readonly checker: string;
  readonly plant: (evidence: Evidence) => Evidence;
};

const oneOf = <Item>(items: readonly Item[], wanted: (item: Item) => boolean): Item => {
  const found = items.findLast(wanted);
  if (found === undefined) throw new Error('the load was too small to plant the fault in');
  return found;
};

const ackedPlaces = ({ sends }: Evidence): ReadonlySet<string> =>
  new Set(sends.flatMap(({ acks }) => acks.map(({ conversationId, seq }) => `conversation-${conversationId}@${seq}`)));

const ackedMessage = (evidence: Evidence): StoredEvent => {
  const acked = ackedPlaces(evidence);
  return oneOf(evidence.log, ({ streamName, revision }) => acked.has(`${streamName}@${revision}`));
};

const lastMessage = ({ log }: Evidence): StoredEvent => oneOf(log, ({ type }) => type === 'MessageSent');

const withEvent = (evidence: Evidence, event: StoredEvent): Evidence => {
  const head = evidence.log.filter(({ streamName }) => streamName === event.streamName).length - 1;
  return { ...evidence, log: [...evidence.log, { ...event, row: evidence.log.length + 1, revision: head + 1 }] };
};

const withDelivery = (evidence: Evidence, userId: string, delivery: Delivery): Evidence => {
  const onto = (device: DeviceRecord): DeviceRecord =>
    device.userId === userId ? { ...device, received: [...device.received, delivery] } : device;
  return { ...evidence, devices: evidence.devices.map(onto) };
};

const pushOf = ({ streamName, revision, data }: StoredEvent): Delivery => {
  const conversationId = streamName.slice('conversation-'.length);
  const text = JSON.stringify({ conversationId, seq: revision, ...data });
  return { ev: 'message.sent', conversationId, seq: revision, text };
};

/** A message that a user who had left was sent all the same. */
const leaked = (evidence: Evidence): Evidence => {
  for (const [conversationId, { stays, items }] of foldLog(evidence.log))
    for (const [userId, [first, second]] of stays)
      for (const [seq, item] of items)
        if (item.type === 'message.sent' && first !== undefined && first.to !== null && seq > first.to) {
          if (second !== undefined && seq >= second.from) continue;
          const { type, ...data } = item;
          return withDelivery(evidence, userId, { ev: type, conversationId, seq, text: JSON.stringify(data) });
        }
  throw new Error('nobody had left before a message');
};

const withAck = (evidence: Evidence, change: (ack: Ack) => readonly Ack[]): Evidence => {
  const victim = oneOf(evidence.sends, ({ acks }) => acks.length > 0);
  const sends = evidence.sends.map((send) => (send === victim ? { ...send, acks: send.acks.flatMap(change) } : send));
  return { ...evidence, sends };
};

const withView = (evidence: Evidence, change: (view: UserView) => UserView): Evidence => ({
  ...evidence,
  views: evidence.views.map((view, index) => (index === 0 ? change(view) : view)),
});

const withEntry =
  (field: string, value: unknown) =>
  (view: UserView): UserView => ({
    ...view,
    conversations: new Map(
      [...view.conversations].map(([id, each]) => [id, { ...each, entry: { ...each.entry, [field]: value } }]),
    ),
  });

const withoutTail = ({ received }: DeviceRecord): DeviceRecord['received'] => {
  const last = received.findLastIndex((each) => each !== 'reset');
  return received.filter((_, index) => index !== last);
};

/** Without one event of a conversation that the device got the events before and after of. */
const withoutMiddle = (device: DeviceRecord): DeviceRecord => {
  const received = device.received.filter((each) => each !== 'reset');
  const places = new Set(received.map(({ conversationId, seq }) => `${conversationId}@${seq}`));
  const victim = received.findLast(
    ({ conversationId, seq }) =>
      places.has(`${conversationId}@${seq - 1}`) && places.has(`${conversationId}@${seq + 1}`),
  );
  return { ...device, received: device.received.filter((each) => each !== victim) };
};

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'acknowledged a message before it was appended',
    checker: 'lost-ack',
    plant: (evidence) => withAck(evidence, (ack) => [{ ...ack, seq: ack.seq + 1_000_000 }]),
  },
  {
    name: 'dropped an acknowledged message',
    checker: 'lost-ack',
    plant: (evidence) => {
      const victim = ackedMessage(evidence);
      return { ...evidence, log: evidence.log.filter((event) => event !== victim) };
    },
  },
  {
    name: 'left a hole',
    checker: 'hole',
    plant: (evidence) => {
      const victim = oneOf(evidence.log, ({ revision }) => revision === 2);
      return { ...evidence, log: evidence.log.filter((event) => event !== victim) };
    },
  },
  {
    name: 'stored a message twice',
    checker: 'duplicate',
    plant: (evidence) => withEvent(evidence, lastMessage(evidence)),
  },
  {
    name: 'answered a retry with another seq',
    checker: 'differing-acks',
    plant: (evidence) => withAck(evidence, (ack) => [ack, { ...ack, seq: ack.seq + 1 }]),
  },
  {
    name: 'stored what nobody had sent',
    checker: 'phantom',
    plant: (evidence) => {
      const { data, ...event } = lastMessage(evidence);
      return withEvent(evidence, { ...event, data: { ...data, clientMsgId: 'nobody-sent-this' } });
    },
  },
  {
    name: 'stored what it had refused',
    checker: 'phantom',
    plant: (evidence) => {
      const { data } = ackedMessage(evidence);
      const refuse = evidence.sends.map((send) =>
        send.clientMsgId === data['clientMsgId'] ? { ...send, refusals: ['not-a-member'] } : send,
      );
      return { ...evidence, sends: refuse };
    },
  },
  {
    name: 'lost an acknowledged change of a group',
    checker: 'lost-change',
    plant: (evidence) => {
      const victim = oneOf(evidence.changes, ({ ackedSeqs }) => ackedSeqs.length > 0);
      const moved = { ...victim, ackedSeqs: victim.ackedSeqs.map((seq) => seq + 1_000_000) };
      return { ...evidence, changes: evidence.changes.map((change) => (change === victim ? moved : change)) };
    },
  },
  { name: 'leaked an event to a user who had left', checker: 'leak', plant: leaked },
  {
    name: 'delivered another text than the log has',
    checker: 'wrong-delivery',
    plant: (evidence) => {
      const { data, ...event } = lastMessage(evidence);
      const push = pushOf({ ...event, data: { ...data, body: 'something else' } });
      return withDelivery(evidence, String(data['senderId']), push);
    },
  },
  {
    name: 'left a device without its last event',
    checker: 'missed',
    plant: (evidence) => ({
      ...evidence,
      devices: evidence.devices.map((device) => ({ ...device, isOnline: true, received: withoutTail(device) })),
    }),
  },
  {
    name: 'skipped an event on a device',
    checker: 'gap',
    plant: (evidence) => ({ ...evidence, devices: evidence.devices.map(withoutMiddle) }),
  },
  {
    name: 'shown a read model that counts differently',
    checker: 'wrong-view',
    plant: (evidence) => withView(evidence, withEntry('unread', 77_777)),
  },
  {
    name: 'shown a read model without its last message',
    checker: 'wrong-view',
    plant: (evidence) => withView(evidence, withEntry('lastMessage', undefined)),
  },
];
