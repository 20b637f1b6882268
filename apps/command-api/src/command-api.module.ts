import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { EventId, EventStore } from '@verbatim/event-store';
import type { HttpServer } from '@verbatim/http-edge';
import type { Identity } from '@verbatim/identity';
import { type Clock, type Logger, type Metrics, uuidV7 } from '@verbatim/platform';
import type { MessageIdsQueries } from '@verbatim/read-models';
import { COMMAND_ROUTES, IDENTITY, METRICS } from './command-api.tokens.js';
import { ConversationCommands } from './conversation/conversation-commands.js';
import { ConversationWriter } from './conversation/writer/conversation-writer.js';
import { type CommandRoutesOptions, mountCommandRoutes } from './http/command-routes.js';
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
  readonly routes: CommandRoutes;
};
/** The HTTP server that gets the routes of the commands, and what they ask of the edge. */
export type CommandRoutes = Omit<CommandRoutesOptions, 'dispatcher' | 'identity'> & { readonly server: HttpServer };

/** The only writer of the event store. What it offers inside the process is `CommandDispatcher`. */
@Module({})
export class CommandApiModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly dispatcher: CommandDispatcher,
    private readonly receipts: ReceiptsOwner,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(COMMAND_ROUTES) private readonly routes: CommandRoutes,
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
        { provide: COMMAND_ROUTES, useValue: dependencies.routes },
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
    mountCommandRoutes(this.routes.server, { ...this.routes, dispatcher, identity });
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
  const { store, messageIds, isLogShared } = dependencies;
  const newEventId = uuidV7 as () => EventId;
  return new ConversationWriter({ store, messageIds, newEventId, isLogShared, onError: reporter(dependencies) });
};
