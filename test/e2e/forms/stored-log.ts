import { readEventLog, type LoggedEvent } from '@verbatim/testing/event-log';
import type { Fields } from '@verbatim/testing/scenario';
import type { StoredEvent } from '../../crash/evidence.js';

/** In the form in which the test folds and checks a log. @param row its number in the log, from 1 */
export const toStoredEvent = ({ streamName, revision, header, payload }: LoggedEvent, row: number): StoredEvent => {
  const { type, metadata } = JSON.parse(header) as { type: string; metadata: { commandId: string } };
  return { row, streamName, revision, type, data: JSON.parse(payload) as Fields, commandId: metadata.commandId };
};

/** The log that an EventStoreDB keeps. */
export const readStoredLog = async (url: string): Promise<readonly StoredEvent[]> =>
  (await readEventLog(url)).events.map((event, index) => toStoredEvent(event, index + 1));
