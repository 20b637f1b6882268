import { credentialProblem, serverCredentials, type TlsFiles, type User } from './credentials.js';
import { openFaultDoor } from './faults/fault-door.js';
import { noFaults } from './faults/faults.js';
import { EventLog } from './log/event-log.js';
import { appendService } from './services/append-service.js';
import { batchAppendService } from './services/batch-append-service.js';
import { deletionServices } from './services/deletion-services.js';
import { featuresService, gossipService } from './services/description-services.js';
import { ReadService } from './services/read-service.js';
import type { SubscriptionManners } from './services/subscription.js';
import {
  grpc,
  services,
  type CallMetadata,
  type ReadResponse,
  type ServiceFailure,
  type StreamsServer,
} from './wire/messages.js';

/** As a real server's: its largest event and what stands around it. */
const MESSAGE_MAX_BYTES = 17 * 1_024 * 1_024;
const STOP_MAX_MS = 500;
/** The release that put checkpoints in order. */
const ORDERLY_SINCE = { major: 23, minor: 10 };

export type EventStoreServerOptions = {
  readonly port: number;
  readonly directory: string;
  readonly version: string;
  readonly tls: TlsFiles | null;
  /** Null: everybody may do everything. */
  readonly user: User | null;
};
export type EventStoreServer = {
  readonly port: number;
  readonly url: string;
  /** Where a spec breaks the server. */
  readonly faultsUrl: string;
  readonly stop: () => Promise<void>;
};

type Call = { readonly metadata: CallMetadata; emit(event: 'error', failure: ServiceFailure): boolean };
type Answer = (failure: ServiceFailure) => void;

/** Puts the check of credentials before a handler. */
const guarded = <Handler>(handler: Handler, user: User | null): Handler =>
  ((call: Call, answer?: Answer): void => {
    const problem = credentialProblem(call.metadata, user);
    if (problem === null) return (handler as (call: Call, answer?: Answer) => void)(call, answer);
    if (answer === undefined) call.emit('error', problem);
    else answer(problem);
  }) as Handler;

const { read } = services.streams;
/** Events come serialised from their cache. */
const streamsDefinition = {
  ...services.streams,
  read: {
    ...read,
    responseSerialize: (value: ReadResponse) => (Buffer.isBuffer(value) ? value : read.responseSerialize(value)),
  },
};

const mannersOf = (version: string): SubscriptionManners => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOrderly = major > ORDERLY_SINCE.major || (major === ORDERLY_SINCE.major && minor >= ORDERLY_SINCE.minor);
  return { tellsCaughtUp: isOrderly, ordersCheckpoints: isOrderly };
};

/** Starts a server that speaks EventStoreDB's protocol over a log in `directory`. */
export const startEventStoreServer = async (options: EventStoreServerOptions): Promise<EventStoreServer> => {
  const { version, tls, user } = options;
  const log = await EventLog.open(options.directory);
  const faults = noFaults();
  const reads = new ReadService(log, faults, mannersOf(version));
  const handlers: Pick<StreamsServer, 'read' | 'append' | 'batchAppend' | 'delete' | 'tombstone'> = {
    read: guarded(reads.read, user),
    append: guarded(appendService(log, faults), user),
    batchAppend: guarded(batchAppendService(log, faults), user),
    delete: guarded(deletionServices(log).delete, user),
    tombstone: guarded(deletionServices(log).tombstone, user),
  };
  const server = new grpc.Server({ 'grpc.max_receive_message_length': MESSAGE_MAX_BYTES });
  let port = options.port;
  server.addService(streamsDefinition, handlers as never);
  server.addService(services.features, { getSupportedMethods: featuresService(version) });
  server.addService(services.gossip, { read: gossipService(() => ({ host: '127.0.0.1', port })) });
  port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, serverCredentials(tls), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const door = await openFaultDoor({ faults, log, reads });
  const stop = async (): Promise<void> => {
    door.close();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => resolve(server.forceShutdown()), STOP_MAX_MS);
      server.tryShutdown(() => resolve(clearTimeout(timer)));
    });
    await log.close();
  };
  return { port, url: `esdb://127.0.0.1:${port}?tls=${tls !== null}`, faultsUrl: door.url, stop };
};
