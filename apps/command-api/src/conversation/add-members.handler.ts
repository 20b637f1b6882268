import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { UserId } from '@verbatim/domain';
import type { OpResult } from '@verbatim/protocol';
import { OperationRequest } from '../operation/operation-request.js';
import { KnownUsers } from '../user/known-users.js';
import { ConversationCommands } from './conversation-commands.js';
import { seqResult } from './write-results.js';

export class AddMembersRequest extends OperationRequest {}

@CommandHandler(AddMembersRequest)
export class AddMembersHandler implements ICommandHandler<AddMembersRequest> {
  constructor(
    private readonly conversations: ConversationCommands,
    private readonly users: KnownUsers,
  ) {}

  async execute({ call }: AddMembersRequest): Promise<OpResult> {
    const userIds = call.d['userIds'] as UserId[];
    const refusal = await this.users.refusalOf(call, userIds);
    if (refusal !== null) return refusal;
    return seqResult(call, await this.conversations.run(call, 'AddMembers', { userIds }));
  }
}
