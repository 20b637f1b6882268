import { OperatorError } from '@verbatim/platform';
import {
  StateBusyError,
  StateFullError,
  StateUnavailableError,
  openStateStore,
  type StateStore,
} from '@verbatim/state';

/** @throws OperatorError that names the option and not the variable, which may be another State */
export const openStateToMoveTo = async (url: string): Promise<StateStore> => {
  try {
    return await openStateStore(url);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new OperatorError(error.message.replaceAll('STATE_URL', '--state'), { cause: error });
  }
};

/** Nothing is lost when the target goes away: what is there stays, and the same command goes on. */
export const whileTargetAnswers = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StateFullError)
      throw new OperatorError(
        'the disk of the State that is copied to is full: make room, and run the same command again',
      );
    if (error instanceof StateUnavailableError || error instanceof StateBusyError)
      throw new OperatorError('the State that is copied to does not answer: start it, and run the same command again');
    throw error;
  }
};
