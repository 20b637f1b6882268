import { reject } from '../kernel/decision.js';
import { ada, bob, cleo, crowd, dan, stranger } from '../kernel/people.fixtures.js';
import {
  addBy,
  added,
  closedGroupByAda,
  given,
  joinBy,
  joined,
  leaveBy,
  left,
  openGroupByAda,
  openGroupOf,
  removeBy,
  removed,
} from './conversation.fixtures.js';
import { GROUP_MEMBERS_MAX, MEMBERS_ADDED_MAX } from './conversation.limits.js';

const notFound = { code: 'conversation-not-found' } as const;
const notAMember = { code: 'not-a-member' } as const;
const notTheOwner = { code: 'not-the-owner' } as const;
const full = { code: 'group-full', membersMax: GROUP_MEMBERS_MAX } as const;

describe('joining a group', () => {
  it('is open to anybody in an open group', () =>
    given(openGroupByAda()).when(joinBy(stranger)).then(joined(stranger)));

  it('is open to who left or was removed', () => {
    given(openGroupByAda(bob), left(bob)).when(joinBy(bob)).then(joined(bob));
    given(openGroupByAda(bob), removed(bob)).when(joinBy(bob)).then(joined(bob));
  });

  it('changes nothing for a member', () => {
    given(openGroupByAda(bob)).when(joinBy(bob)).thenNothing();
    given(closedGroupByAda(bob)).when(joinBy(bob)).thenNothing();
  });

  it('does not show an invite-only group to a stranger', () => {
    given(closedGroupByAda()).when(joinBy(stranger)).thenRejected(notFound);
    given().when(joinBy(stranger)).thenRejected(notFound);
  });

  it('is refused to a former member of an invite-only group', () =>
    given(closedGroupByAda(bob), removed(bob)).when(joinBy(bob)).thenRejected(notAMember));

  it('takes the last place of a group and no further', () => {
    given(...openGroupOf(GROUP_MEMBERS_MAX - 1))
      .when(joinBy(stranger))
      .then(joined(stranger));
    given(...openGroupOf(GROUP_MEMBERS_MAX))
      .when(joinBy(stranger))
      .thenRejected(full);
  });

  it('makes the one who joins an empty group its owner', () =>
    given(openGroupByAda(), left(ada), joined(bob), joined(cleo)).when(removeBy(bob, cleo)).then(removed(cleo, bob)));
});

describe('leaving a group', () => {
  it('is open to every member, once', () =>
    given(closedGroupByAda(bob)).when(leaveBy(bob)).then(left(bob), reject(notAMember)));

  it('hands the group of a leaving owner to the longest-standing member', () =>
    given(closedGroupByAda(), joined(cleo), joined(bob)).when(leaveBy(ada)).then(left(ada, cleo), reject(notAMember)));

  it('hands over to the first named among those who came by one event', () =>
    given(closedGroupByAda(dan, bob, cleo))
      .when(leaveBy(ada))
      .then(left(ada, dan), reject(notAMember)));

  it('counts only the present stay of who came back', () =>
    given(openGroupByAda(bob, cleo), left(bob), joined(bob))
      .when(leaveBy(ada))
      .then(left(ada, cleo), reject(notAMember)));

  it('leaves a group empty when the last member goes', () =>
    given(closedGroupByAda()).when(leaveBy(ada)).then(left(ada), reject(notAMember)));

  it('is refused to a stranger', () => given(openGroupByAda()).when(leaveBy(stranger)).thenRejected(notFound));
});

describe('adding members', () => {
  it('is for the owner of an invite-only group', () => {
    given(closedGroupByAda()).when(addBy(ada, bob)).then(added(ada, bob));
    given(closedGroupByAda(bob)).when(addBy(bob, cleo)).thenRejected(notTheOwner);
  });

  it('is for every member of an open group', () =>
    given(openGroupByAda(bob)).when(addBy(bob, cleo)).then(added(bob, cleo)));

  it('lists those who are new, once each and as they were given', () =>
    given(closedGroupByAda(bob))
      .when(addBy(ada, dan, bob, cleo, dan, ada))
      .then(added(ada, dan, cleo)));

  it('changes nothing when nobody is new', () => {
    given(closedGroupByAda(bob))
      .when(addBy(ada, bob, ada))
      .thenNothing();
    given(closedGroupByAda(bob)).when(addBy(ada)).thenNothing();
  });

  it('brings back who was removed', () =>
    given(closedGroupByAda(bob), removed(bob)).when(addBy(ada, bob)).then(added(ada, bob)));

  it('takes as many as a command may name, and refuses one more', () => {
    const people = crowd(MEMBERS_ADDED_MAX);
    given(closedGroupByAda())
      .when(addBy(ada, ...people))
      .then(added(ada, ...people));
    given(closedGroupByAda())
      .when(addBy(ada, ...people, dan))
      .thenRejected({ code: 'too-many-members-in-one-command', membersMax: MEMBERS_ADDED_MAX });
  });

  it('fills a group to the last place and no further', () => {
    given(...openGroupOf(GROUP_MEMBERS_MAX - 2))
      .when(addBy(ada, cleo, dan))
      .then(added(ada, cleo, dan));
    given(...openGroupOf(GROUP_MEMBERS_MAX - 1))
      .when(addBy(ada, cleo, dan))
      .thenRejected(full);
    given(...openGroupOf(GROUP_MEMBERS_MAX))
      .when(addBy(ada, bob))
      .thenNothing();
  });
});

describe('removing a member', () => {
  it('is for the owner', () => {
    given(closedGroupByAda(bob)).when(removeBy(ada, bob)).then(removed(bob));
    given(openGroupByAda(bob, cleo)).when(removeBy(bob, cleo)).thenRejected(notTheOwner);
  });

  it('changes nothing for who is no member', () => {
    given(closedGroupByAda(bob)).when(removeBy(ada, stranger)).thenNothing();
    given(closedGroupByAda(bob), left(bob)).when(removeBy(ada, bob)).thenNothing();
  });

  it('is a leave with its handover when the owner names himself', () => {
    given(closedGroupByAda(bob)).when(removeBy(ada, ada)).then(left(ada, bob), reject(notAMember));
    given(closedGroupByAda()).when(removeBy(ada, ada)).then(left(ada), reject(notAMember));
  });

  it('is refused to another member, even of himself', () =>
    given(closedGroupByAda(bob)).when(removeBy(bob, bob)).thenRejected(notTheOwner));
});
