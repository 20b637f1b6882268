import { OperatorError } from '../lifecycle/operator-error.js';

export type ConfigProblem = { readonly name: string; readonly problem: string };

/** Everything that is wrong with the environment, in one error: who starts the server mends it in one go. */
export class InvalidConfigError extends OperatorError {
  override readonly name = 'InvalidConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(`invalid configuration: ${problems.map(({ name, problem }) => `${name} ${problem}`).join('; ')}`);
  }
}
