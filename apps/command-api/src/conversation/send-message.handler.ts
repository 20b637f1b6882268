import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandId, MessageId } from '@verbatim/domain';
import { uuidV7 } from '@verbatim/platform';
import type { MessageSendReply, OpResult } from '@verbatim/protocol';
import { fail, succeed } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';
import { ConversationCommands } from './conversation-commands.js';
import { type AppliedEvent, writeResult } from './write-results.js';

export class SendMessageRequest extends OperationRequest {}

@CommandHandler(SendMessageRequest)
export class SendMessageHandler implements ICommandHandler<SendMessageRequest> {
  constructor(private readonly conversations: ConversationCommands) {}

  async execute({ call }: SendMessageRequest): Promise<OpResult> {
    const clientMsgId = call.d['clientMsgId'] as CommandId;
    const data = { messageId: uuidV7() as MessageId, clientMsgId, body: call.d['body'] as string };
    const outcome = await this.conversations.run(call, 'SendMessage', data, { commandId: clientMsgId });
    return writeResult(
      call,
      outcome,
      ({ seq, event, duplicate }) => {
        const { messageId, sentAt } = (event as AppliedEvent<'MessageSent'>).data;
        const conversationId = call.d['conversationId'] as string;
        const reply: MessageSendReply = { conversationId, messageId, seq, sentAt, duplicate };
        return succeed(duplicate ? 200 : 201, reply);
      },
      // A send is recorded or refused: the domain has no third answer.
      () => fail('internal', { traceId: call.traceId }),
    );
  }
}
