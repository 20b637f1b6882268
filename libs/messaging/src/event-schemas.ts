import { eventDataSchemas, eventTypes, type JsonSchema, type StoredEvent } from '@verbatim/event-store';

type EventType = StoredEvent['type'];

/** What each event says, for readers of the schemas. A type of the domain that is missing here does not compile. */
const MEANINGS: Readonly<Record<EventType, string>> = {
  DirectConversationStarted: 'Two people have a conversation of their own.',
  GroupCreated: 'A group exists; memberIds are its first members beside the creator.',
  GroupRenamed: 'A group has another name.',
  MemberJoined: 'Somebody joined an open group.',
  MemberLeft: 'A member left; newOwnerId is who owns the group when the owner left.',
  MembersAdded: 'A member added people to a group.',
  MemberRemoved: 'A member was removed from a group.',
  MessageSent: 'A message was sent; its seq is the header revision. body is what was written.',
  UserRegistered: 'A person has an account.',
  ProfileUpdated: 'A person is shown under another name.',
  DeviceRegistered: 'A person signed in on a device.',
  DeviceRevoked: 'A device was signed out.',
  PasswordChanged: 'A password was changed; every session but keptSessionId ended.',
  ReceiptsAdvanced: 'Members of a conversation received or read up to these seqs; watermarks only rise.',
};

export type EventSchema = {
  readonly type: EventType;
  readonly schemaVersion: number;
  /** JSON Schema 2020-12 of the value of a message. */
  readonly schema: JsonSchema;
};

/** The `ce_dataschema` of messages of this type and version. */
export const schemaIdOf = (type: string, schemaVersion: number): string =>
  `urn:verbatim:event:${type}:v${schemaVersion}`;

/** In docs/events. */
export const schemaFileNameOf = ({ type, schemaVersion }: EventSchema): string =>
  `${type}.v${schemaVersion}.schema.json`;

const schemaOf = (type: EventType): EventSchema => {
  const { schemaVersion } = eventTypes[type];
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaIdOf(type, schemaVersion),
    title: type,
    description: MEANINGS[type],
  };
  return { type, schemaVersion, schema: { ...head, ...eventDataSchemas[type] } };
};

/** The schema of every event type at its present version, made from what the codec lets into the log. */
export const eventSchemas: readonly EventSchema[] = (Object.keys(eventTypes) as EventType[]).map(schemaOf);
