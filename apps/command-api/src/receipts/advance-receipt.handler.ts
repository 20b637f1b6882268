import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConversationId, ReceiptUpdate, Seq } from '@verbatim/domain';
import type { ErrorCode, OpResult } from '@verbatim/protocol';
import { callerOf } from '../operation/caller.js';
import { fail, succeedEmpty } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';
import type { ReceiptOutcome } from './pending-receipts.js';
import { ReceiptsOwner } from './receipts-owner.js';

export class AdvanceReceiptRequest extends OperationRequest {}

const codeOf = {
  'not-found': 'conversation-not-found',
  'not-a-member': 'not-a-member',
  busy: 'busy',
  unavailable: 'unavailable',
} as const satisfies Record<Exclude<ReceiptOutcome, 'recorded'>, ErrorCode>;

@CommandHandler(AdvanceReceiptRequest)
export class AdvanceReceiptHandler implements ICommandHandler<AdvanceReceiptRequest> {
  constructor(private readonly receipts: ReceiptsOwner) {}

  async execute({ call }: AdvanceReceiptRequest): Promise<OpResult> {
    const { conversationId, deliveredUpTo, readUpTo } = call.d as {
      conversationId: ConversationId;
      deliveredUpTo?: Seq;
      readUpTo?: Seq;
    };
    const update: ReceiptUpdate = { userId: callerOf(call), deliveredUpTo, readUpTo };
    const outcome = await this.receipts.advance(conversationId, update);
    return outcome === 'recorded' ? succeedEmpty : fail(codeOf[outcome], { traceId: call.traceId });
  }
}
