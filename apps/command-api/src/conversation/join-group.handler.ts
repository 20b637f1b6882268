import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OpResult } from '@verbatim/protocol';
import { OperationRequest } from '../operation/operation-request.js';
import { ConversationCommands } from './conversation-commands.js';
import { seqResult } from './write-results.js';

export class JoinGroupRequest extends OperationRequest {}

@CommandHandler(JoinGroupRequest)
export class JoinGroupHandler implements ICommandHandler<JoinGroupRequest> {
  constructor(private readonly conversations: ConversationCommands) {}

  async execute({ call }: JoinGroupRequest): Promise<OpResult> {
    return seqResult(call, await this.conversations.run(call, 'JoinGroup', {}));
  }
}
