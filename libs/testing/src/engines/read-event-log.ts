import { EventStoreDBClient } from '@eventstore/db-client';

/** A place in the log of the server. */
export type LogPosition = { readonly commit: bigint; readonly prepare: bigint };

/** An event as the server keeps it: its header and payload as the text that was stored. */
export type LoggedEvent = {
  readonly eventId: string;
  readonly streamName: string;
  readonly revision: number;
  readonly header: string;
  readonly payload: string;
};

export type LogRead = {
  readonly events: readonly LoggedEvent[];
  /** To go on from. */ readonly readTo: LogPosition | null;
};

const READ_MAX_EVENTS = 4_096;
/** Streams of ours that hold no events: the log's identity, snapshots. */
const NO_EVENTS = /^(\$|verbatim-|snapshot-)/;

const textOf = (data: unknown): string => {
  if (!(data instanceof Uint8Array)) throw new Error('an event whose data is not binary');
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
};

/** What an EventStoreDB holds behind a place, in the log's order; read with its client alone, past every library of the product. */
export const readEventLog = async (url: string, after: LogPosition | null = null): Promise<LogRead> => {
  const client = EventStoreDBClient.connectionString(url);
  const events: LoggedEvent[] = [];
  let readTo = after;
  try {
    for (;;) {
      let count = 0;
      // A read begins with the event at the place.
      const isFirstKnown = readTo !== null;
      for await (const { event } of client.readAll({ fromPosition: readTo ?? 'start', maxCount: READ_MAX_EVENTS })) {
        count += 1;
        if (event === undefined || (count === 1 && isFirstKnown)) continue;
        readTo = event.position;
        if (NO_EVENTS.test(event.streamId)) continue;
        const { header } = event.metadata as { header: string };
        const { id: eventId, streamId: streamName, data } = event;
        events.push({ eventId, streamName, revision: Number(event.revision), header, payload: textOf(data) });
      }
      if (count < READ_MAX_EVENTS) return { events, readTo };
    }
  } finally {
    await client.dispose();
  }
};
