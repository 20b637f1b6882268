import { readEventLog, type LogPosition } from '@verbatim/testing/event-log';
import { readTopic } from '@verbatim/testing/kafka';
import type { StoredEvent } from '../../crash/evidence.js';
import { toStoredEvent } from '../../e2e/forms/stored-log.js';
import type { Relayed, ToRelay } from './ledger.js';
import { comesToHold } from './signs.js';

const TOPIC = 'chat.events.v1';
const TOPIC_MAX_MS = 60_000;

/** The id of what a stream is about: the key that its events have on the topic. */
const keyOf = (streamName: string): string => streamName.slice(streamName.indexOf('-') + 1);

/** What was stored, read from the engines themselves. */
export class LogAndTopic {
  readonly log: StoredEvent[] = [];
  readonly toRelay: ToRelay[] = [];
  /** Null while the log has events that the topic was not read after. */
  relayed: readonly Relayed[] | null = null;
  #readTo: LogPosition | null = null;

  constructor(
    private readonly eventStoreUrl: string,
    private readonly broker: string,
  ) {}

  /** What came since the last look. @returns how many events that were */
  async readLog(): Promise<number> {
    const { events, readTo } = await readEventLog(this.eventStoreUrl, this.#readTo);
    this.#readTo = readTo;
    if (events.length > 0) this.relayed = null;
    for (const event of events) {
      this.log.push(toStoredEvent(event, this.log.length + 1));
      this.toRelay.push({ eventId: event.eventId, key: keyOf(event.streamName) });
    }
    return events.length;
  }

  /** Until nothing more is said and all of the log is there; what is not there in time is for the checkers to tell. */
  async readTopicUntilWhole(): Promise<void> {
    await comesToHold(async () => {
      const messages = await readTopic(this.broker, TOPIC);
      const news = await this.readLog();
      this.relayed = messages.map(({ key, headers }) => ({ key, eventId: headers['ce_id'] ?? '' }));
      const there = new Set(this.relayed.map(({ eventId }) => eventId));
      return news === 0 && this.toRelay.every(({ eventId }) => there.has(eventId));
    }, TOPIC_MAX_MS);
  }
}
