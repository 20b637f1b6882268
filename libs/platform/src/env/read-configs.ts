import { InvalidConfigError, type ConfigProblem } from './invalid-config-error.js';

type Readers = Readonly<Record<string, () => unknown>>;
type Configs<R extends Readers> = { readonly [Name in keyof R]: ReturnType<R[Name]> };

/**
 * Runs several config readers and tells the problems of all of them together: who starts a server mends its environment in
 * one go. @throws InvalidConfigError listing everything; what else a reader throws passes through
 */
export const readConfigs = <R extends Readers>(readers: R): Configs<R> => {
  const problems: ConfigProblem[] = [];
  const configs: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(readers)) {
    try {
      configs[name] = read();
    } catch (error) {
      if (!(error instanceof InvalidConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  const told = new Map(problems.map((problem) => [`${problem.name} ${problem.problem}`, problem]));
  if (told.size > 0) throw new InvalidConfigError([...told.values()]);
  return configs as Configs<R>;
};
