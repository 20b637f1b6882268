import type { CommandId, ConversationCommand, ConversationId } from '@verbatim/domain';
import type { OperationCall } from '@verbatim/http-edge';
import { type Clock, systemClock } from '@verbatim/platform';
import { auditOf, callerOf, commandIdOf, contextOf } from '../operation/caller.js';
import type { ConversationWriter } from './writer/conversation-writer.js';
import type { WriteOutcome } from './writer/write-request.js';

/** Turns a call into a command of the domain and hands it to the conversation's writer. */
export class ConversationCommands {
  constructor(
    private readonly writer: ConversationWriter,
    private readonly clock: Clock = systemClock,
  ) {}

  /** `data` is what the command adds to the call's conversation, actor and time. */
  run<Type extends ConversationCommand['type']>(
    call: OperationCall,
    type: Type,
    data: Extract<ConversationCommand, { type: Type }>['data'],
    ids: { readonly conversationId?: string; readonly commandId?: CommandId } = {},
  ): Promise<WriteOutcome> {
    const knownSeq = call.d['knownSeq'];
    return this.writer.run({
      conversationId: (ids.conversationId ?? call.d['conversationId']) as ConversationId,
      command: { type, data, context: contextOf(call, this.clock) } as ConversationCommand,
      commandId: ids.commandId ?? commandIdOf(call),
      knownSeq: typeof knownSeq === 'number' ? knownSeq : null,
      audit: auditOf(call),
      ...(call.answerBeforeMs === undefined ? {} : { answerBeforeMs: call.answerBeforeMs }),
    });
  }

  actorId(call: OperationCall): string {
    return callerOf(call);
  }
}
