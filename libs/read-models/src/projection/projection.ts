import {
  categoryOf,
  type ConversationEvent,
  type DomainEvent,
  type ReceiptsEvent,
  type UserEvent,
} from '@verbatim/domain';
import type { RecordedEvent } from '@verbatim/event-store';
import type { ProjectionName } from '../read-models.js';
import type { AnyCollection, Collection, DocumentId, Guarded } from './collection.js';

/** What a fold may read and write. Reading a document that was not asked for by `reads` is a mistake in the projection. */
export interface WorkingSet {
  get<Document extends Guarded>(collection: Collection<Document>, id: DocumentId): Document | null;
  put<Document extends Guarded>(collection: Collection<Document>, id: DocumentId, document: Document): void;
  /** Adds a document of a `once` collection. */
  add<Document extends object>(collection: Collection<Document>, document: Document): void;
}

/** Names a document that the fold of an event will read. */
export type Want = (collection: AnyCollection, id: DocumentId) => void;

/**
 * What happens when an event cannot be folded. `park`: it is put aside, visibly, with all later events of the same
 * conversation or user, and can be replayed; the rest goes on. `stop`: the projection stands still until a person acts.
 * Trouble with the store is neither: it is retried.
 */
export type PoisonPolicy = 'park' | 'stop';

type Handler<Event extends DomainEvent> = {
  readonly reads?: (recorded: RecordedEvent<Event>, want: Want) => void;
  /** Pure: the event and the documents decide, nothing else. Folding an event twice is folding it once. */
  readonly fold: (recorded: RecordedEvent<Event>, documents: WorkingSet) => void;
};
type EventsByCategory = { conversation: ConversationEvent; receipts: ReceiptsEvent; user: UserEvent };
type Category = keyof EventsByCategory;
/** One key per event type of the categories, or it does not compile; `ignored` is a decision too. */
type Handlers<Event extends DomainEvent> = {
  readonly [Type in Event['type']]: Handler<Extract<Event, { type: Type }>> | 'ignored';
};

/** A pure, versioned function from the log to documents. A new shape is a new name, built beside the old. */
export type Projection = {
  /** Also the name of its checkpoint. For ever. */
  readonly name: ProjectionName;
  readonly categories: readonly Category[];
  readonly poisonPolicy: PoisonPolicy;
  /** In the order in which an engine without transactions writes them; the checkpoint comes after all. */
  readonly collections: readonly AnyCollection[];
  readonly reads: (recorded: RecordedEvent, want: Want) => void;
  /** @throws UnknownEventTypeError for an event of its categories that has no handler */
  readonly fold: (recorded: RecordedEvent, documents: WorkingSet) => void;
};

export class UnknownEventTypeError extends Error {
  override readonly name = 'UnknownEventTypeError';

  constructor(projection: ProjectionName, type: string) {
    super(`${projection} does not know the event type ${type.slice(0, 64)}`);
  }
}

export const defineProjection = <const Categories extends readonly Category[]>(definition: {
  readonly name: ProjectionName;
  readonly categories: Categories;
  readonly poisonPolicy: PoisonPolicy;
  readonly collections: readonly AnyCollection[];
  readonly handlers: Handlers<EventsByCategory[Categories[number]]>;
}): Projection => {
  const { handlers, ...projection } = definition;
  const handlerOf = new Map(Object.entries(handlers) as [string, Handler<DomainEvent> | 'ignored'][]);
  const find = (recorded: RecordedEvent): Handler<DomainEvent> | null => {
    const handler = handlerOf.get(recorded.event.type);
    if (handler !== undefined) return handler === 'ignored' ? null : handler;
    if (!isOf(projection.categories, recorded)) return null;
    throw new UnknownEventTypeError(projection.name, recorded.event.type);
  };
  return {
    ...projection,
    reads: (recorded, want) => find(recorded)?.reads?.(recorded, want),
    fold: (recorded, documents) => find(recorded)?.fold(recorded, documents),
  };
};

const isOf = (categories: readonly string[], { streamName }: RecordedEvent): boolean =>
  categories.includes(categoryOf(streamName));
