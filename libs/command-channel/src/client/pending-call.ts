import type { OperationCall } from '@verbatim/http-edge';
import { type ErrorCode, type OpResult, protocolError } from '@verbatim/protocol';
import { isPatient, isRepeatable, withCommandId } from '../instances/call-rules.js';
import { routingKeyOf } from '../instances/routing-key.js';
import { callText } from '../wire/call-text.js';

/** A call of this gateway from its first try to its answer. */
export class PendingCall {
  readonly key: string;
  /** The call as it is sent, the same on every try. */
  readonly text: string;
  readonly isPatient: boolean;
  readonly isRepeatable: boolean;
  /** Instances that it was given to, in order. */
  readonly tried: string[] = [];
  #isSettled = false;
  #mayHappenYet = false;

  constructor(
    given: OperationCall,
    readonly deadlineAtMs: number,
    private readonly onSettled: (call: PendingCall, result: OpResult) => void,
  ) {
    const call = withCommandId(given);
    this.key = routingKeyOf(call);
    this.text = callText(call);
    this.isPatient = isPatient(call.op);
    this.isRepeatable = isRepeatable(call.op);
    this.traceId = call.traceId;
  }

  readonly traceId: string;

  /** How long its answer is still waited for, whole ms. */
  waitMsAt(nowMs: number): number {
    return Math.max(0, Math.round(this.deadlineAtMs - nowMs));
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** An instance took it and nobody knows what became of it: it may be executed there until its time is over. */
  lost(): void {
    this.#mayHappenYet = true;
  }

  /** What an instance answered. What may still happen elsewhere is not refused for good: when its time is over, the client asks again. */
  answered(result: OpResult): void {
    if (result.ok || result.error.retryable || !this.#mayHappenYet) this.#settle(result);
  }

  refuse(code: ErrorCode): void {
    this.#settle({ ok: false, error: protocolError(code, { traceId: this.traceId }) });
  }

  /** The first answer counts. */
  #settle(result: OpResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.onSettled(this, result);
  }
}
