import type { ConversationEvent } from '@verbatim/domain';
import type { OperationCall } from '@verbatim/http-edge';
import type { OpResult } from '@verbatim/protocol';
import { fail, succeed } from '../operation/op-results.js';
import { codeOfUnrecorded } from '../operation/unrecorded.js';
import type { WriteOutcome } from './writer/write-request.js';

type Applied = Extract<WriteOutcome, { outcome: 'applied' }>;
export type AppliedEvent<Type extends ConversationEvent['type']> = Extract<ConversationEvent, { type: Type }>;

/** What goes wrong in the same way for every command; `onApplied` and `onUnchanged` say what goes right. */
export const writeResult = (
  call: OperationCall,
  outcome: WriteOutcome,
  onApplied: (applied: Applied) => OpResult,
  onUnchanged: (headSeq: number) => OpResult,
): OpResult => {
  const { traceId } = call;
  switch (outcome.outcome) {
    case 'applied':
      return onApplied(outcome);
    case 'unchanged':
      return onUnchanged(outcome.headSeq);
    case 'rejected':
      return fail(outcome.rejection.code, { traceId });
    default:
      return fail(codeOfUnrecorded(outcome), { traceId });
  }
};

/** `{seq}`: where the change stands in the conversation, or its head when nothing had to change. */
export const seqResult = (call: OperationCall, outcome: WriteOutcome): OpResult =>
  writeResult(
    call,
    outcome,
    ({ seq }) => succeed(200, { seq }),
    (headSeq) => succeed(200, { seq: headSeq }),
  );
