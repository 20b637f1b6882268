import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { type ChannelEndpoint, mountCommandChannel } from '@verbatim/command-channel';
import type { EventId, EventStore } from '@verbatim/event-store';
import type { HttpServer } from '@verbatim/http-edge';
import type { Identity } from '@verbatim/identity';
import { type Clock, LATENCY_BUCKETS_SECONDS, type Logger, type Metrics, pause, uuidV7 } from '@verbatim/platform';
import type { MessageIdsQueries } from '@verbatim/read-models';
import { COMMAND_DOORS, IDENTITY, METRICS } from './command-api.tokens.js';
import { ConversationCommands } from './conversation/conversation-commands.js';
import { ConversationWriter } from './conversation/writer/conversation-writer.js';
import { type CommandRoutesOptions, commandHandler, mountCommandRoutes } from './http/command-routes.js';
import { handlers } from './operation/handlers.js';
import { CommandDispatcher } from './operation/command-dispatcher.js';
import { ReceiptsOwner } from './receipts/receipts-owner.js';
import { KnownUsers } from './user/known-users.js';
import { UserStreams } from './user/user-streams.js';

export type CommandApiDependencies = {
  readonly store: EventStore;
  readonly messageIds: MessageIdsQueries;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** True where another command-api may append to the same log. */
  readonly isLogShared: boolean;
} & CommandDoors;
/** Where calls come in from outside the process; each may be missing. */
export type CommandDoors = {
  /** People with their own tokens. */
  readonly routes?: CommandRoutes;
  /** Gateways, which say who calls. */
  readonly channel?: CommandChannelDoor;
};
export type CommandChannelDoor = {
  readonly server: HttpServer;
  readonly secret: string;
  readonly onError: CommandRoutes['onError'];
};
/** The HTTP server that gets the routes of the commands, and what they ask of the edge. */
export type CommandRoutes = Omit<CommandRoutesOptions, 'dispatcher' | 'identity'> & { readonly server: HttpServer };

/** At shutdown what gateways were promised an answer to has so long to be answered: a receipt waits for its second. */
const DRAIN_MAX_MS = 3_000;

/** The only writer of the event store. What it offers inside the process is `CommandDispatcher`. */
@Module({})
export class CommandApiModule implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private endpoint: ChannelEndpoint | null = null;

  constructor(
    private readonly dispatcher: CommandDispatcher,
    private readonly receipts: ReceiptsOwner,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(COMMAND_DOORS) private readonly doors: CommandDoors,
  ) {}

  static register(dependencies: CommandApiDependencies): DynamicModule {
    const { store, identity, clock, metrics } = dependencies;
    const writer = writerOf(dependencies);
    return {
      module: CommandApiModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: IDENTITY, useValue: identity },
        { provide: METRICS, useValue: metrics },
        { provide: COMMAND_DOORS, useValue: dependencies },
        { provide: ConversationWriter, useValue: writer },
        { provide: ConversationCommands, useValue: new ConversationCommands(writer, clock) },
        {
          provide: ReceiptsOwner,
          useValue: new ReceiptsOwner({ store, writer, clock, onError: reporter(dependencies) }),
        },
        { provide: UserStreams, useValue: new UserStreams(store) },
        { provide: KnownUsers, useValue: new KnownUsers(identity) },
        CommandDispatcher,
        ...handlers,
      ],
      exports: [CommandDispatcher],
    };
  }

  onModuleInit(): void {
    const { dispatcher, identity } = this;
    const { routes, channel } = this.doors;
    if (routes !== undefined) mountCommandRoutes(routes.server, { ...routes, dispatcher, identity });
    if (channel === undefined) return;
    const { server, ...rest } = channel;
    this.endpoint = mountCommandChannel(server, { ...rest, execute: commandHandler({ dispatcher, identity }) });
  }

  /** While the receipts still have their owner. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.endpoint !== null) await Promise.race([this.endpoint.drain(), pause(DRAIN_MAX_MS)]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.receipts.stop();
  }
}

const reporter =
  ({ logger }: CommandApiDependencies) =>
  (error: unknown): void =>
    logger.error('the command side met an error', { error });

const writerOf = (dependencies: CommandApiDependencies): ConversationWriter => {
  const { store, messageIds, isLogShared, metrics } = dependencies;
  const newEventId = uuidV7 as () => EventId;
  const seconds = metrics.histogram({
    name: 'append_seconds',
    help: 'One durable append of what a conversation was sent meanwhile, tries included.',
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const onAppended = (taken: number): void => seconds.observe(taken);
  const onError = reporter(dependencies);
  return new ConversationWriter({ store, messageIds, newEventId, isLogShared, onError, onAppended });
};
