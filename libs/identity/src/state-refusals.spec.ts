import { StateBusyError, StateFailedError, StateFullError, StateUnavailableError } from '@verbatim/state';
import type { Collection } from '@verbatim/state';
import { refusalOf } from './identity.fixtures.js';
import { withCodedFailures } from './state-refusals.js';

const failingWith = (error: Error): Collection<object> => {
  const fail = () => Promise.reject(error);
  return withCodedFailures({ get: fail, insert: fail, replace: fail, delete: fail, find: fail, list: fail });
};

describe('a failure of State', () => {
  it.each([
    [new StateFullError('full'), 'log-full'],
    [new StateBusyError('busy'), 'busy'],
    [new StateFailedError('unknown'), 'unavailable'],
    [new StateUnavailableError('no answer'), 'unavailable'],
  ])('%s is refused as %s by every operation', async (error, code) => {
    const people = failingWith(error);
    const page = { limit: 1 };
    const one = [people.get('a'), people.insert('a', {}), people.replace('a', {}, 1), people.delete('a')];
    const calls = [...one, people.find('f', 'v', page), people.list('', page)];
    expect(await Promise.all(calls.map(refusalOf))).toEqual(calls.map(() => code));
  });
  it('that nobody foresaw passes through', async () => {
    await expect(failingWith(new RangeError('no id')).get('')).rejects.toThrow('no id');
  });
});
