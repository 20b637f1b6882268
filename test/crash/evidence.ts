import type { Fields } from '@verbatim/testing/scenario';

/** A row of the log as the test itself read it from the file. */
export type StoredEvent = {
  readonly row: number;
  readonly streamName: string;
  readonly revision: number;
  readonly type: string;
  readonly data: Fields;
  readonly commandId: string;
};

export type Ack = {
  readonly conversationId: string;
  readonly seq: number;
  readonly messageId: string;
  readonly sentAt: string;
};

/** What was asked for and what came of it, over all tries. */
type Asked = {
  readonly conversationId: string;
  readonly actorId: string;
  /** Codes of answers that say that it did not happen and will not; of tries that no other try overlapped. */
  readonly refusals: string[];
  tries: number;
  triesUnderWay: number;
  /** Tries that ended without an answer, or with one that leaves it open. */
  unanswered: number;
};
export type Send = Asked & { readonly clientMsgId: string; readonly body: string; readonly acks: Ack[] };

export const CHANGE_OPS = ['group.join', 'group.leave', 'group.rename', 'member.add', 'member.remove'] as const;
export type ChangeOp = (typeof CHANGE_OPS)[number];
export type Change = Asked & {
  readonly op: ChangeOp;
  readonly commandId: string;
  readonly d: Fields;
  readonly ackedSeqs: number[];
};

/** A push that a device received; `text` is its `d` as JSON. */
export type Delivery = {
  readonly ev: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly text: string;
};
export type DeviceRecord = {
  readonly deviceId: string;
  readonly userId: string;
  /** In the order of arrival; `reset` where the server told the device to load its state anew. */
  readonly received: (Delivery | 'reset')[];
  isOnline: boolean;
};

/** What one user was shown of the read models. */
export type ConversationView = {
  readonly entry: Fields;
  /** Everything after this seq was asked for. */
  readonly afterSeq: number;
  readonly items: readonly Fields[];
  readonly members: readonly Fields[];
};
export type UserView = { readonly userId: string; readonly conversations: ReadonlyMap<string, ConversationView> };

export type Evidence = {
  readonly log: readonly StoredEvent[];
  readonly sends: readonly Send[];
  readonly changes: readonly Change[];
  readonly devices: readonly DeviceRecord[];
  readonly views: readonly UserView[];
  /** Answers that no client should ever get, such as `internal`. */
  readonly surprises: readonly string[];
};

/** Something that must not be. */
export type Finding = { readonly checker: string; readonly text: string };
