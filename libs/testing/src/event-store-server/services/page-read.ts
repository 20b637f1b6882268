import type { EventLog } from '../log/event-log.js';
import type { StoredEvent } from '../log/stored-event.js';
import { invalidPosition } from '../wire/failures.js';
import { lastStreamPosition, streamNotFound } from '../wire/read-responses.js';
import type { ReadRequest } from './read-request.js';
import type { ResponseStream } from './response-stream.js';

const sendPage = async (
  events: Iterable<StoredEvent>,
  { count, filter }: ReadRequest,
  responses: ResponseStream,
): Promise<void> => {
  let left = count ?? 0;
  for (const event of events) {
    if (left <= 0 || !responses.isOpen) return;
    if (filter !== null && !filter.passes(event)) continue;
    left -= 1;
    await responses.event(event);
  }
};

const readStream = async (log: EventLog, stream: string, request: ReadRequest, responses: ResponseStream) => {
  const { from, isBackwards } = request;
  const visible = log.index.visible(stream);
  if (visible === null) {
    await responses.send(streamNotFound(stream));
    return;
  }
  const revision = from === 'start' ? 0 : from === 'end' ? Infinity : Number(from);
  const events = isBackwards
    ? visible.filter((event) => event.revision <= revision).reverse()
    : visible.filter((event) => event.revision >= revision);
  await sendPage(events, request, responses);
  await responses.send(lastStreamPosition((visible.at(-1) as StoredEvent).revision));
};

/** Where in `$all` a position is; null when no record begins there. */
export const indexAt = (log: EventLog, position: bigint): number | null => {
  const index = log.index.seek(position);
  const found = index < log.index.durableCount ? log.index.all[index] : undefined;
  return found === undefined || found.position === position ? index : null;
};

function* walk(log: EventLog, from: number, step: 1 | -1): Generator<StoredEvent> {
  const end = log.index.durableCount;
  for (let index = from; index >= 0 && index < end; index += step) yield log.index.all[index] as StoredEvent;
}

/** Forwards a read begins at its position, backwards before it. */
const readAll = async (log: EventLog, request: ReadRequest, responses: ResponseStream): Promise<void> => {
  const { from, isBackwards } = request;
  const count = log.index.durableCount;
  const index = from === 'start' ? 0 : from === 'end' ? count : indexAt(log, from);
  if (index === null) return responses.fail(invalidPosition());
  await sendPage(isBackwards ? walk(log, index - 1, -1) : walk(log, index, 1), request, responses);
};

/** One read with an end. */
export const readPage = async (log: EventLog, request: ReadRequest, responses: ResponseStream): Promise<void> => {
  if (request.stream === null) await readAll(log, request, responses);
  else await readStream(log, request.stream, request, responses);
  responses.end();
};
