import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { GroupVisibility, UserId } from '@verbatim/domain';
import { conversationIdOfCommand } from '@verbatim/platform';
import type { OpResult } from '@verbatim/protocol';
import { commandIdOf } from '../operation/caller.js';
import { fail, succeed } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';
import { KnownUsers } from '../user/known-users.js';
import { ConversationCommands } from './conversation-commands.js';
import { writeResult } from './write-results.js';

export class CreateGroupRequest extends OperationRequest {}

@CommandHandler(CreateGroupRequest)
export class CreateGroupHandler implements ICommandHandler<CreateGroupRequest> {
  constructor(
    private readonly conversations: ConversationCommands,
    private readonly users: KnownUsers,
  ) {}

  async execute({ call }: CreateGroupRequest): Promise<OpResult> {
    const { d, traceId } = call;
    const memberIds = (d['memberIds'] ?? []) as UserId[];
    const refusal = await this.users.refusalOf(call, memberIds);
    if (refusal !== null) return refusal;
    const commandId = commandIdOf(call);
    const conversationId = conversationIdOfCommand(this.conversations.actorId(call), commandId);
    const data = { name: d['name'] as string, visibility: d['visibility'] as GroupVisibility, memberIds };
    const outcome = await this.conversations.run(call, 'CreateGroup', data, { conversationId, commandId });
    return writeResult(
      call,
      outcome,
      ({ seq }) => succeed(201, { conversationId, seq }),
      // A group is made or refused: the domain has no third answer.
      () => fail('internal', { traceId }),
    );
  }
}
