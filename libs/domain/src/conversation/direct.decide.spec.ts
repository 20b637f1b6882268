import { ada, bob, cleo, stranger } from '../kernel/people.fixtures.js';
import {
  addBy,
  closedGroupByAda,
  directOfAdaAndBob,
  given,
  joinBy,
  leaveBy,
  removeBy,
  renameBy,
  startDirectBy,
} from './conversation.fixtures.js';

describe('starting a direct conversation', () => {
  it('is recorded with both participants', () => given().when(startDirectBy(ada, bob)).then(directOfAdaAndBob()));

  it('changes nothing when either of the two starts it again', () => {
    given(directOfAdaAndBob()).when(startDirectBy(ada, bob)).thenNothing();
    given(directOfAdaAndBob()).when(startDirectBy(bob, ada)).thenNothing();
  });

  it('is refused with oneself', () =>
    given().when(startDirectBy(ada, ada)).thenRejected({ code: 'conversation-with-oneself' }));

  it('shows the conversation of two to no third', () => {
    given(directOfAdaAndBob()).when(startDirectBy(stranger, ada)).thenRejected({ code: 'conversation-not-found' });
    given(directOfAdaAndBob()).when(startDirectBy(ada, stranger)).thenRejected({ code: 'conversation-not-found' });
  });

  it('does not take a group for a conversation of two', () =>
    given(closedGroupByAda(bob)).when(startDirectBy(ada, bob)).thenRejected({ code: 'conversation-not-found' }));
});

describe('a direct conversation', () => {
  it.each([
    ['renamed', renameBy(ada, 'Other')],
    ['joined', joinBy(ada)],
    ['left', leaveBy(ada)],
    ['added to', addBy(ada, cleo)],
    ['taken from', removeBy(ada, bob)],
  ])('is not %s', (_, command) => given(directOfAdaAndBob()).when(command).thenRejected({ code: 'not-a-group' }));
});
