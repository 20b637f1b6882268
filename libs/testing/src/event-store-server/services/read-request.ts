import type { StoredEvent } from '../log/stored-event.js';
import type { ReadOptions } from '../wire/messages.js';
import { streamNameOf } from '../wire/proposed-events.js';

const BACKWARDS = 1;
/** Window of a filtered read that names none, events. */
const DEFAULT_WINDOW_EVENTS = 32;

export type Filter = {
  readonly passes: (event: StoredEvent) => boolean;
  /** Events looked at per page. */
  readonly windowEvents: number;
  /** Events looked at between two checkpoints. */
  readonly intervalEvents: number;
};

export type ReadRequest = {
  /** Null: `$all`. */
  readonly stream: string | null;
  readonly from: 'start' | 'end' | bigint;
  readonly isBackwards: boolean;
  /** Null: a subscription. */
  readonly count: number | null;
  readonly filter: Filter | null;
  readonly hasStructuredIds: boolean;
};

const filterOf = (options: ReadOptions): Filter | null => {
  const filter = options.getFilter();
  const onStream = filter?.getStreamIdentifier();
  const expression = onStream ?? filter?.getEventType();
  if (filter === undefined || expression === undefined) return null;
  const regex = expression.getRegex() === '' ? null : new RegExp(expression.getRegex());
  const prefixes = expression.getPrefixList();
  const windowEvents = filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW_EVENTS;
  return {
    passes: ({ stream, type }) => {
      const text = onStream === undefined ? type : stream;
      return regex === null ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
    },
    windowEvents,
    intervalEvents: windowEvents * filter.getCheckpointintervalmultiplier(),
  };
};

const startOf = (options: ReadOptions): ReadRequest['from'] => {
  const stream = options.getStream();
  if (stream !== undefined) {
    if (stream.hasStart()) return 'start';
    return stream.hasEnd() ? 'end' : BigInt(stream.getRevision());
  }
  const all = options.getAll();
  const position = all?.getPosition();
  if (position !== undefined) return BigInt(position.getCommitPosition());
  return all?.hasEnd() === true ? 'end' : 'start';
};

/** @throws RangeError, SyntaxError on options that make no sense */
export const readRequest = (options: ReadOptions): ReadRequest => {
  const filter = filterOf(options);
  if (filter !== null && !(filter.intervalEvents > 0))
    throw new RangeError('the checkpoint interval has to be above 0');
  return {
    stream: options.hasStream() ? streamNameOf(options.getStream()?.getStreamIdentifier()) : null,
    from: startOf(options),
    isBackwards: options.getReadDirection() === BACKWARDS,
    count: options.hasSubscription() ? null : Number(options.getCount()),
    filter,
    hasStructuredIds: options.getUuidOption()?.hasString() !== true,
  };
};
