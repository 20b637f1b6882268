import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OpResult } from '@verbatim/protocol';
import { OperationRequest } from '../operation/operation-request.js';
import { ConversationCommands } from './conversation-commands.js';
import { seqResult } from './write-results.js';

export class LeaveGroupRequest extends OperationRequest {}

@CommandHandler(LeaveGroupRequest)
export class LeaveGroupHandler implements ICommandHandler<LeaveGroupRequest> {
  constructor(private readonly conversations: ConversationCommands) {}

  async execute({ call }: LeaveGroupRequest): Promise<OpResult> {
    return seqResult(call, await this.conversations.run(call, 'LeaveGroup', {}));
  }
}
