import type { Clock, Logger } from '@verbatim/platform';
import type { Sessions } from '../session/sessions.js';
import type { Accounts, StoredAccount } from './accounts.js';
import type { PasswordChange } from './password-change.js';
import type { Registration } from './registration.js';

/** One pass finishes at most so many of each kind; the next one goes on. */
const PASS_MAX = 500;

export type UnfinishedWorkDeps = {
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly passwordChange: PasswordChange;
  readonly registration: Registration;
  readonly sessions: Sessions;
};

/** Catches up with what a crash left between State and the log. */
export class UnfinishedWork {
  constructor(private readonly deps: UnfinishedWorkDeps) {}

  /**
   * @param minAgeMs registrations younger than this are left to the requests that are at work on them
   * @returns how many steps were finished
   */
  async finish(minAgeMs: number): Promise<number> {
    const { accounts, registration, passwordChange, sessions, clock } = this.deps;
    const oldEnough = ({ document }: StoredAccount): boolean => clock.nowMs() - document.createdAtMs >= minAgeMs;
    const registrations = (await accounts.unfinished('registration', PASS_MAX)).filter(oldEnough);
    const changes = await accounts.unfinished('password-change', PASS_MAX);
    const steps = [
      ...registrations.map((account) => (): Promise<unknown> => registration.finish(account)),
      ...changes.map((account) => (): Promise<unknown> => passwordChange.finish(account)),
    ];
    let done = 0;
    for (const step of steps) done += await this.attempt(step, 1);
    return done + (await this.attempt(() => sessions.finishUnfinished(PASS_MAX)));
  }

  /** One account that cannot be finished now does not keep the others waiting. */
  private async attempt(step: () => Promise<unknown>, worth?: number): Promise<number> {
    try {
      const result = await step();
      return worth ?? Number(result);
    } catch (error) {
      this.deps.logger.warn('unfinished identity work failed; it is tried again', { error });
      return 0;
    }
  }
}
