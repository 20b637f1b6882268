import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OpResult } from '@verbatim/protocol';
import { OperationRequest } from '../operation/operation-request.js';
import { ConversationCommands } from './conversation-commands.js';
import { seqResult } from './write-results.js';

export class RenameGroupRequest extends OperationRequest {}

@CommandHandler(RenameGroupRequest)
export class RenameGroupHandler implements ICommandHandler<RenameGroupRequest> {
  constructor(private readonly conversations: ConversationCommands) {}

  async execute({ call }: RenameGroupRequest): Promise<OpResult> {
    return seqResult(call, await this.conversations.run(call, 'RenameGroup', { name: call.d['name'] as string }));
  }
}
