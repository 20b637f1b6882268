import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { UserId } from '@verbatim/domain';
import { conversationIdOfPair } from '@verbatim/platform';
import type { OpResult } from '@verbatim/protocol';
import { succeed } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';
import { KnownUsers } from '../user/known-users.js';
import { ConversationCommands } from './conversation-commands.js';
import { writeResult } from './write-results.js';

export class StartDirectRequest extends OperationRequest {}

@CommandHandler(StartDirectRequest)
export class StartDirectHandler implements ICommandHandler<StartDirectRequest> {
  constructor(
    private readonly conversations: ConversationCommands,
    private readonly users: KnownUsers,
  ) {}

  async execute({ call }: StartDirectRequest): Promise<OpResult> {
    const withUserId = call.d['userId'] as UserId;
    const refusal = await this.users.refusalOf(call, [withUserId]);
    if (refusal !== null) return refusal;
    const conversationId = conversationIdOfPair(this.conversations.actorId(call), withUserId);
    const outcome = await this.conversations.run(call, 'StartDirectConversation', { withUserId }, { conversationId });
    return writeResult(
      call,
      outcome,
      () => succeed(201, { conversationId, created: true }),
      () => succeed(200, { conversationId, created: false }),
    );
  }
}
