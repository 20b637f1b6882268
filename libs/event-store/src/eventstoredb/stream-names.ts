import type { StreamName } from '@verbatim/domain';

const SNAPSHOT = 'snapshot-';
const OF_OURS = 'verbatim-';
const IDENTITY = `${OF_OURS}log-identity`;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);

/** What the streams of this log are called on the server, which may hold other logs and other things. */
export class StreamNames {
  readonly identity: string;

  /** @param prefix stands before every name; empty when the server is ours alone */
  constructor(private readonly prefix: string) {
    this.identity = `${prefix}${IDENTITY}`;
  }

  onServer(stream: StreamName): string {
    return `${this.prefix}${stream}`;
  }

  snapshotOf(stream: StreamName): string {
    return `${this.prefix}${SNAPSHOT}${stream}`;
  }

  /** Our name of a stream on the server; null for what is no stream of events of this log. */
  ours(onServer: string): StreamName | null {
    if (!onServer.startsWith(this.prefix)) return null;
    const name = onServer.slice(this.prefix.length);
    const isEventStream = !name.startsWith('$') && !name.startsWith(SNAPSHOT) && !name.startsWith(OF_OURS);
    return isEventStream ? (name as StreamName) : null;
  }

  prefixesOf(categories: readonly string[]): string[] {
    return categories.map((category) => `${this.prefix}${category}-`);
  }

  /** Lets pass the names for which `ours` is not null; read by the server. */
  get pattern(): string {
    return String.raw`^${escaped(this.prefix)}(?!\$|${escaped(SNAPSHOT)}|${escaped(OF_OURS)})`;
  }
}
