import type { RecentEventsLimits } from '../subscription/recent-events.js';

export type SqliteEventStoreOptions = {
  /** The log's file; its folder is made. Beside it stand `-wal`, `-shm`, `.head` and `.lock`. */
  readonly file: string;
  /**
   * The log is damaged or its disk failed. Called once; the store answers nothing after it. What was in flight is unknown
   * until the log is opened again, so the process must end.
   */
  readonly onFatal: (error: Error) => void;
  /** Largest size of the file, bytes; beyond it appends are refused as `log-full`. Default: the disk. */
  readonly logMaxBytes?: number;
  /** Takes a log whose head marker is missing or unreadable as whole, and writes a new marker. Default false. */
  readonly adoptMarker?: boolean;
} & Partial<RecentEventsLimits>;
