import type { Fields } from '@verbatim/testing/scenario';
import type { StoredEvent } from './evidence.js';

/** One stay of a member: first and last seq, both included; null while it lasts. */
export type Stay = { readonly from: number; to: number | null };
export type Marks = { read: number; delivered: number };
/** The conversation as it stood when somebody left it, or stands. */
export type Standing = {
  readonly headSeq: number;
  readonly name: string | undefined;
  readonly memberCount: number;
};
export type FoldedMember = { role: 'owner' | 'member'; readonly sinceSeq: number };

export type FoldedConversation = {
  readonly conversationId: string;
  readonly kind: 'direct' | 'group';
  name: string | undefined;
  headSeq: number;
  readonly members: Map<string, FoldedMember>;
  readonly stays: Map<string, Stay[]>;
  readonly marks: Map<string, Marks>;
  readonly leftAt: Map<string, Standing>;
  /** What a history shows, by seq, as the wire has it. */
  readonly items: Map<number, Fields & { readonly type: string }>;
};
export type FoldedLog = ReadonlyMap<string, FoldedConversation>;

const texts = (value: unknown): readonly string[] => value as readonly string[];

const start = (conversationId: string, { type, data }: StoredEvent): FoldedConversation => ({
  conversationId,
  kind: type === 'GroupCreated' ? 'group' : 'direct',
  name: type === 'GroupCreated' ? String(data['name']) : undefined,
  headSeq: -1,
  members: new Map(),
  stays: new Map(),
  marks: new Map(),
  leftAt: new Map(),
  items: new Map(),
});

const join = (conversation: FoldedConversation, userId: string, seq: number): void => {
  if (conversation.members.has(userId)) return;
  conversation.members.set(userId, { role: 'member', sinceSeq: seq });
  conversation.stays.set(userId, [...(conversation.stays.get(userId) ?? []), { from: seq, to: null }]);
  conversation.leftAt.delete(userId);
  const { read, delivered } = conversation.marks.get(userId) ?? { read: -1, delivered: -1 };
  conversation.marks.set(userId, { read: Math.max(read, seq - 1), delivered: Math.max(delivered, seq - 1) });
};

const leave = (conversation: FoldedConversation, userId: string, seq: number): void => {
  conversation.members.delete(userId);
  const stay = conversation.stays.get(userId)?.at(-1);
  if (stay !== undefined) stay.to = seq;
  const { name, members } = conversation;
  conversation.leftAt.set(userId, { headSeq: seq, name, memberCount: members.size });
};

const own = (conversation: FoldedConversation, userId: unknown): void => {
  const member = conversation.members.get(String(userId));
  if (member !== undefined) member.role = 'owner';
};

const advance = (conversation: FoldedConversation, userId: string, read: number, delivered: number): void => {
  const marks = conversation.marks.get(userId);
  if (marks === undefined) return;
  marks.read = Math.max(marks.read, read);
  marks.delivered = Math.max(marks.delivered, delivered, marks.read);
};

/** Per event type: what it does, and the push that shows it. */
const RULES: Readonly<
  Record<string, { ev: string; apply: (conversation: FoldedConversation, data: Fields, seq: number) => void }>
> = {
  DirectConversationStarted: {
    ev: 'conversation.created',
    apply: (conversation, data, seq) => texts(data['participantIds']).forEach((id) => join(conversation, id, seq)),
  },
  GroupCreated: {
    ev: 'group.created',
    apply: (conversation, data, seq) => {
      [String(data['creatorId']), ...texts(data['memberIds'])].forEach((id) => join(conversation, id, seq));
      own(conversation, data['creatorId']);
    },
  },
  GroupRenamed: { ev: 'group.renamed', apply: (conversation, data) => (conversation.name = String(data['name'])) },
  MemberJoined: {
    ev: 'member.joined',
    apply: (conversation, data, seq) => {
      join(conversation, String(data['userId']), seq);
      if (conversation.members.size === 1) own(conversation, data['userId']);
    },
  },
  MembersAdded: {
    ev: 'member.added',
    apply: (conversation, data, seq) => texts(data['userIds']).forEach((id) => join(conversation, id, seq)),
  },
  MemberLeft: {
    ev: 'member.left',
    apply: (conversation, data, seq) => {
      own(conversation, data['newOwnerId']);
      leave(conversation, String(data['userId']), seq);
    },
  },
  MemberRemoved: {
    ev: 'member.removed',
    apply: (conversation, data, seq) => leave(conversation, String(data['userId']), seq),
  },
  MessageSent: {
    ev: 'message.sent',
    apply: (conversation, data, seq) => advance(conversation, String(data['senderId']), seq, seq),
  },
};

/** The stored fields as clients know them. */
const onTheWire = ({ type, data }: StoredEvent): Fields => {
  if (type !== 'DirectConversationStarted') return data;
  return { kind: 'direct', participantIds: data['participantIds'], createdBy: data['startedBy'] };
};

type Watermark = { readonly userId: string; readonly readUpTo: number; readonly deliveredUpTo: number };

const foldReceipts = (conversation: FoldedConversation, { data }: StoredEvent): void => {
  for (const { userId, readUpTo, deliveredUpTo } of data['users'] as readonly Watermark[])
    advance(conversation, userId, readUpTo, deliveredUpTo);
};

/** What the platform should show, worked out by the test from the raw log alone. Knows none of the product's code. */
export const foldLog = (log: readonly StoredEvent[]): FoldedLog => {
  const folded = new Map<string, FoldedConversation>();
  for (const event of log) {
    const [, category, conversationId = ''] = /^([a-z]+)-(.+)$/.exec(event.streamName) ?? [];
    const known = folded.get(conversationId);
    if (category === 'receipts' && known !== undefined) foldReceipts(known, event);
    if (category !== 'conversation') continue;
    const conversation = known ?? start(conversationId, event);
    folded.set(conversationId, conversation);
    const rule = RULES[event.type];
    if (rule === undefined) throw new Error(`row ${event.row}: ${event.type} is not known to the test`);
    conversation.headSeq = event.revision;
    rule.apply(conversation, event.data, event.revision);
    conversation.items.set(event.revision, { type: rule.ev, conversationId, seq: event.revision, ...onTheWire(event) });
  }
  return folded;
};
