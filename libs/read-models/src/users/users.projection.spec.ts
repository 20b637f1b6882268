import { folded } from '../projection/folded-documents.fixtures.js';
import { ada, aLog, bob } from '../recorded-log.fixtures.js';
import { nameKeyOf, userDocuments, usersProjection } from './users.projection.js';

describe('the profile of a user', () => {
  it('starts with the registration and follows updates', () => {
    const log = aLog().registered(ada, 'ada', 'Ada').registered(bob, 'bob').profile(ada, 'Ada L.');
    const documents = folded(usersProjection, log.events);
    expect(documents.find(userDocuments, ada)).toMatchObject({ userName: 'ada', displayName: 'Ada L.' });
    expect(documents.find(userDocuments, bob)).toMatchObject({ displayName: 'bob' });
  });

  it('does not fall back to the first name when its registration is folded again', () => {
    const log = aLog().registered(ada, 'ada').profile(ada, 'Ada');
    const documents = folded(usersProjection, log.events).fold(log.events.slice(0, 1));
    expect(documents.find(userDocuments, ada)?.displayName).toBe('Ada');
  });

  it('cannot be updated before it is there', () => {
    expect(() => folded(usersProjection, aLog().profile(ada, 'Ada').events)).toThrow('nobody');
  });

  it('is found by names that differ in case or width only', () => {
    expect(nameKeyOf('ＡＤＡ')).toBe(nameKeyOf('ada'));
  });
});
