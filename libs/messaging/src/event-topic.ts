import type { TopicMessage } from './topic-message.js';

/** The topic of all events of a log. The name holds the version of the envelope and is for ever. */
export const EVENTS_TOPIC = 'chat.events.v1';

/** Where copies of events go. Ordered by key: messages of one key are read in the order in which they were published. */
export interface EventTopic {
  /**
   * Resolves when every in-sync replica has the whole batch. Rejects when that is not known: any part of it may be there, and
   * the same batch is to be published again before any later one. One batch at a time; bounded in time. An abort makes it
   * reject at once.
   */
  publish(batch: readonly TopicMessage[], signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** The batch was not acknowledged: the brokers are down, do not answer, or refuse it. `message` names no content. */
export class TopicUnavailableError extends Error {
  override readonly name = 'TopicUnavailableError';
}
