import type { EventStore } from '../event-store.js';
import { connectionUrl } from './connection-url.js';
import { EventStoreDbEventStore } from './event-store-db-event-store.js';
import { logParts, type ConnectedLog, type LogParts } from './log-parts.js';
import { checkServer, startProblem } from './start-check.js';

export type EventStoreDbOptions = {
  /** `esdb://…` or `esdb+discover://…`; `streamPrefix=<name>.` puts the log beside others on one server. */
  readonly url: string;
  /** A record is not what was written. Called once; the store answers nothing after it, so the process must end. */
  readonly onFatal: (error: Error) => void;
};

/** The parts of the log that a URL names, once its server is known to be one that we can use. @throws OperatorError */
export const connectLog = async (url: string): Promise<ConnectedLog> => {
  const connection = connectionUrl(url);
  let parts: LogParts | null = null;
  try {
    parts = logParts(connection);
    const traits = await checkServer(parts.shared, connection.printable);
    // The first call that is checked for credentials.
    await parts.identity.announced();
    return { ...parts, traits };
  } catch (error) {
    await parts?.shared.release();
    throw startProblem(connection.printable, error);
  }
};

/** Connects to the log, or makes it: the first process to open it gives it its identity. @throws OperatorError */
export const openEventStoreDb = async ({ url, onFatal }: EventStoreDbOptions): Promise<EventStore> => {
  const parts = await connectLog(url);
  try {
    return new EventStoreDbEventStore(await parts.identity.readOrMake(), parts, onFatal);
  } catch (error) {
    await parts.shared.release();
    throw startProblem(connectionUrl(url).printable, error);
  }
};
