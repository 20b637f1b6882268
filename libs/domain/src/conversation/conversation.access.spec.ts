import { ada, bob, stranger } from '../kernel/people.fixtures.js';
import {
  closedGroupByAda,
  directOfAdaAndBob,
  everyCommandToMembersBy,
  given,
  joined,
  left,
  openGroupByAda,
  removed,
} from './conversation.fixtures.js';

const notFound = { code: 'conversation-not-found' } as const;

describe.each(everyCommandToMembersBy(stranger).map((command) => [command.type, command] as const))(
  '%s by a stranger',
  (_, command) => {
    it('is answered alike whether the conversation exists or not', () => {
      given().when(command).thenRejected(notFound);
      given(directOfAdaAndBob()).when(command).thenRejected(notFound);
      given(closedGroupByAda(bob)).when(command).thenRejected(notFound);
      given(openGroupByAda(bob)).when(command).thenRejected(notFound);
    });
  },
);

describe.each(everyCommandToMembersBy(bob).map((command) => [command.type, command] as const))(
  '%s by a former member',
  (_, command) => {
    it('is refused as such, however he went', () => {
      given(closedGroupByAda(bob), removed(bob)).when(command).thenRejected({ code: 'not-a-member' });
      given(openGroupByAda(bob), left(bob)).when(command).thenRejected({ code: 'not-a-member' });
      given(openGroupByAda(), joined(bob), left(ada, bob), left(bob))
        .when(command)
        .thenRejected({ code: 'not-a-member' });
    });
  },
);
