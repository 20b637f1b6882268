import { AllReader } from './all-reader.js';
import { Appender } from './appender.js';
import type { ConnectionUrl } from './connection-url.js';
import { HeadFinder } from './head-finder.js';
import { LogIdentityStream } from './log-identity.js';
import { RecordChain } from './record-chain.js';
import { ServerReads } from './server-reads.js';
import { SharedClient } from './shared-client.js';
import { SnapshotStreams } from './snapshot-streams.js';
import type { ServerTraits } from './start-check.js';
import { StreamNames } from './stream-names.js';
import { StreamReader } from './stream-reader.js';

/** What works on one log of one server. Whoever made them releases `shared`. */
export type LogParts = {
  readonly shared: SharedClient;
  readonly names: StreamNames;
  readonly reads: ServerReads;
  readonly chain: RecordChain;
  readonly streams: StreamReader;
  readonly all: AllReader;
  readonly heads: HeadFinder;
  readonly appender: Appender;
  readonly snapshots: SnapshotStreams;
  readonly identity: LogIdentityStream;
};

/** The same, once the server is known. */
export type ConnectedLog = LogParts & { readonly traits: ServerTraits };

export const logParts = ({ connectionString, streamPrefix }: ConnectionUrl): LogParts => {
  const shared = SharedClient.acquire(connectionString);
  const names = new StreamNames(streamPrefix);
  const reads = new ServerReads(shared);
  const chain = new RecordChain();
  const streams = new StreamReader(reads, names, chain);
  return {
    shared,
    names,
    reads,
    chain,
    streams,
    all: new AllReader(reads, names, chain),
    heads: new HeadFinder(reads, names),
    appender: new Appender(shared, names, streams),
    snapshots: new SnapshotStreams(shared, reads, names),
    identity: new LogIdentityStream(shared, reads, names),
  };
};
