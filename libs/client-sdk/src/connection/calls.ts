import { operations } from '@verbatim/protocol';
import type { ErrorCode, ReplyOf, RequestOf, SocketOperationName } from '@verbatim/protocol';
import { ClientClosedError, NotSentError, OutcomeUnknownError, RequestRejectedError } from '../errors.js';
import { backoffMs } from '../kernel/backoff.js';
import { pause } from '../kernel/runtime.js';
import type { Runtime } from '../kernel/runtime.js';
import { uuidV7 } from '../kernel/uuid-v7.js';
import type { ClientLimits } from '../options.js';
import type { Caller } from './caller.js';
import type { Connection } from './connection.js';
import type { RequestOutcome } from './request-table.js';

const RETRY_BASE_MS = 100;
const RETRY_MAX_MS = 2_000;

/** `internal` says nothing about whether a command took effect. */
const leavesOutcomeUnknown = (code: ErrorCode): boolean => code === 'internal';

/** Calls that are repeated with the same ids until they are answered or their time is up. */
export class Calls implements Caller {
  constructor(
    private readonly runtime: Runtime,
    private readonly limits: ClientLimits,
    private readonly connection: Connection,
  ) {}

  whenLive(): Promise<void> {
    return this.connection.whenLive();
  }

  async call<Name extends SocketOperationName>(op: Name, d: RequestOf<Name>): Promise<ReplyOf<Name>> {
    const request = this.withCommandId(op, d);
    const endMs = this.runtime.monotonicMs() + this.limits.callDeadlineMs;
    let mayHaveHappened = false;
    for (let tries = 0; ; tries += 1) {
      if (!(await this.liveBefore(endMs))) throw this.timeUp(op, mayHaveHappened);
      const outcome = await this.tryOnce(op, request);
      if (outcome.kind === 'ok') return outcome.d;
      const definite = outcome.kind === 'rejected' && !leavesOutcomeUnknown(outcome.error.code);
      mayHaveHappened ||= outcome.kind === 'unknown' || (outcome.kind === 'rejected' && !definite);
      const waitMs = this.waitMs(outcome, tries);
      const lastTry = this.runtime.monotonicMs() + waitMs >= endMs;
      if (definite && (!outcome.error.retryable || lastTry)) throw new RequestRejectedError(op, outcome.error);
      if (lastTry) throw this.timeUp(op, mayHaveHappened);
      await pause(this.runtime, waitMs);
    }
  }

  private timeUp(op: string, mayHaveHappened: boolean): Error {
    return mayHaveHappened ? new OutcomeUnknownError(op) : new NotSentError(op);
  }

  private tryOnce<Name extends SocketOperationName>(op: Name, d: RequestOf<Name>): Promise<RequestOutcome<Name>> {
    return this.connection.link?.send(op, d) ?? Promise.resolve({ kind: 'not-sent' });
  }

  private waitMs(outcome: RequestOutcome<never>, tries: number): number {
    const advisedMs = outcome.kind === 'rejected' ? (outcome.error.retryAfterMs ?? 0) : 0;
    return Math.max(advisedMs, backoffMs(this.runtime, { baseMs: RETRY_BASE_MS, maxMs: RETRY_MAX_MS }, tries));
  }

  /** False when no connection became live in time. Throws ClientClosedError when none ever will. */
  private async liveBefore(endMs: number): Promise<boolean> {
    if (this.connection.link) return true;
    if (this.connection.isOver) throw new ClientClosedError();
    return new Promise((resolve, reject) => {
      const timer = this.runtime.after(endMs - this.runtime.monotonicMs(), () => resolve(false));
      this.connection.whenLive().then(
        () => {
          timer.cancel();
          resolve(true);
        },
        (error: unknown) => {
          timer.cancel();
          reject(error instanceof Error ? error : new ClientClosedError());
        },
      );
    });
  }

  /** Minted here, once, so that every try is the same command. */
  private withCommandId<Name extends SocketOperationName>(op: Name, d: RequestOf<Name>): RequestOf<Name> {
    if (operations[op].idempotencyField !== 'commandId' || 'commandId' in d) return d;
    return { commandId: uuidV7(this.runtime), ...d };
  }
}
