import type { ConversationEvent, ReceiptsEvent, UserEvent } from '@verbatim/domain';
import {
  isInteger,
  isListOf,
  isNullOr,
  isOneOf,
  isRecordOf,
  isText,
  schemaOfFields,
  type DescribedCheck,
  type FieldCheck,
  type JsonSchema,
} from './shape.js';

/** Everything that may be stored, in whatever stream. */
export type StoredEvent = ConversationEvent | UserEvent | ReceiptsEvent;

/** `fields` is the shape at `schemaVersion`; older versions are brought to it by upcasters. */
export type EventTypeEntry = { readonly schemaVersion: number; readonly fields: Readonly<Record<string, FieldCheck>> };

type DataOf<Type extends StoredEvent['type']> = Extract<StoredEvent, { readonly type: Type }>['data'];
type EntryOf<Data> = {
  readonly schemaVersion: number;
  readonly fields: { readonly [Field in keyof Data]-?: DescribedCheck };
};
/** An event of the domain that is missing here, or whose fields differ, does not compile. */
type EventTypes = { readonly [Type in StoredEvent['type']]: EntryOf<DataOf<Type>> };

const watermark = isRecordOf({ userId: isText, deliveredUpTo: isInteger, readUpTo: isInteger });

export const eventTypes: EventTypes = {
  DirectConversationStarted: { schemaVersion: 1, fields: { startedBy: isText, participantIds: isListOf(isText) } },
  GroupCreated: {
    schemaVersion: 1,
    fields: {
      creatorId: isText,
      name: isText,
      visibility: isOneOf('open', 'invite-only'),
      memberIds: isListOf(isText),
    },
  },
  GroupRenamed: { schemaVersion: 1, fields: { name: isText, renamedBy: isText } },
  MemberJoined: { schemaVersion: 1, fields: { userId: isText } },
  MemberLeft: { schemaVersion: 1, fields: { userId: isText, newOwnerId: isNullOr(isText) } },
  MembersAdded: { schemaVersion: 1, fields: { userIds: isListOf(isText), addedBy: isText } },
  MemberRemoved: { schemaVersion: 1, fields: { userId: isText, removedBy: isText } },
  MessageSent: {
    schemaVersion: 1,
    fields: { messageId: isText, clientMsgId: isText, senderId: isText, body: isText, sentAt: isText },
  },
  UserRegistered: {
    schemaVersion: 1,
    fields: { userId: isText, userName: isText, displayName: isText, registeredAt: isText },
  },
  ProfileUpdated: { schemaVersion: 1, fields: { displayName: isText } },
  DeviceRegistered: { schemaVersion: 1, fields: { deviceId: isText, deviceName: isText } },
  DeviceRevoked: {
    schemaVersion: 1,
    fields: { deviceId: isText, reason: isOneOf('signed-out', 'revoked', 'refresh-token-reused') },
  },
  PasswordChanged: { schemaVersion: 1, fields: { keptSessionId: isText } },
  ReceiptsAdvanced: { schemaVersion: 1, fields: { users: isListOf(watermark) } },
};

/** JSON Schema of the data of each event type, at its present version. */
export const eventDataSchemas: Readonly<Record<StoredEvent['type'], JsonSchema>> = Object.fromEntries(
  Object.entries<{ readonly fields: Readonly<Record<string, DescribedCheck>> }>(eventTypes).map(
    ([type, { fields }]) => [type, schemaOfFields(fields)],
  ),
) as Record<StoredEvent['type'], JsonSchema>;
