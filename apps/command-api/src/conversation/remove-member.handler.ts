import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { UserId } from '@verbatim/domain';
import type { OpResult } from '@verbatim/protocol';
import { OperationRequest } from '../operation/operation-request.js';
import { ConversationCommands } from './conversation-commands.js';
import { seqResult } from './write-results.js';

export class RemoveMemberRequest extends OperationRequest {}

@CommandHandler(RemoveMemberRequest)
export class RemoveMemberHandler implements ICommandHandler<RemoveMemberRequest> {
  constructor(private readonly conversations: ConversationCommands) {}

  async execute({ call }: RemoveMemberRequest): Promise<OpResult> {
    return seqResult(call, await this.conversations.run(call, 'RemoveMember', { userId: call.d['userId'] as UserId }));
  }
}
