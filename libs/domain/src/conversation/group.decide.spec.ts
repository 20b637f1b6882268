import { NAME_MAX_BYTES, NAME_MAX_GRAPHEMES } from '../kernel/name.js';
import { ada, bob, cleo, crowd, dan } from '../kernel/people.fixtures.js';
import {
  closedGroupByAda,
  createGroupBy,
  directOfAdaAndBob,
  given,
  left,
  openGroupByAda,
  renameBy,
  renamed,
} from './conversation.fixtures.js';
import { MEMBERS_ADDED_MAX } from './conversation.limits.js';

const exists = { outcome: 'rejected', rejection: { code: 'conversation-exists' } } as const;
const tooLong = { code: 'name-too-long', graphemesMax: NAME_MAX_GRAPHEMES, bytesMax: NAME_MAX_BYTES } as const;

describe('creating a group', () => {
  it('records the creator and the first members', () =>
    given()
      .when(createGroupBy(ada, { memberIds: [bob, cleo] }))
      .then(closedGroupByAda(bob, cleo), exists));

  it('lists each first member once, and the creator not at all', () =>
    given()
      .when(createGroupBy(ada, { memberIds: [cleo, ada, bob, cleo] }))
      .then(closedGroupByAda(cleo, bob), exists));

  it('needs no first members', () =>
    given()
      .when(createGroupBy(ada, { visibility: 'open' }))
      .then(openGroupByAda(), exists));

  it('is refused where a conversation is', () => {
    given(closedGroupByAda()).when(createGroupBy(ada)).thenRejected({ code: 'conversation-exists' });
    given(directOfAdaAndBob()).when(createGroupBy(ada)).thenRejected({ code: 'conversation-exists' });
  });

  it('takes as many first members as a command may name, and refuses one more', () => {
    const memberIds = crowd(MEMBERS_ADDED_MAX);
    given()
      .when(createGroupBy(ada, { memberIds }))
      .then(closedGroupByAda(...memberIds), exists);
    given()
      .when(createGroupBy(ada, { memberIds: [...memberIds, dan] }))
      .thenRejected({ code: 'too-many-members-in-one-command', membersMax: MEMBERS_ADDED_MAX });
  });

  it('is refused for a name that is none', () => {
    given()
      .when(createGroupBy(ada, { name: ' ' }))
      .thenRejected({ code: 'name-empty' });
    given()
      .when(createGroupBy(ada, { name: 'a\nb' }))
      .thenRejected({ code: 'name-invalid' });
    given()
      .when(createGroupBy(ada, { name: 'n'.repeat(NAME_MAX_GRAPHEMES + 1) }))
      .thenRejected(tooLong);
  });
});

describe('renaming a group', () => {
  it('records the new name and who gave it', () =>
    given(closedGroupByAda()).when(renameBy(ada, 'Analytics')).then(renamed('Analytics')));

  it('changes nothing when the name is the one it has', () => {
    given(closedGroupByAda()).when(renameBy(ada, 'Engines')).thenNothing();
    given(closedGroupByAda(), renamed('Analytics')).when(renameBy(ada, 'Analytics')).thenNothing();
  });

  it('is for the owner alone, in an open group too', () => {
    given(closedGroupByAda(bob)).when(renameBy(bob, 'Other')).thenRejected({ code: 'not-the-owner' });
    given(openGroupByAda(bob)).when(renameBy(bob, 'Other')).thenRejected({ code: 'not-the-owner' });
  });

  it('passes to the next owner', () =>
    given(closedGroupByAda(bob), left(ada, bob)).when(renameBy(bob, 'Analytics')).then(renamed('Analytics', bob)));

  it('is refused for a name that is none', () => {
    given(closedGroupByAda()).when(renameBy(ada, '\u200b')).thenRejected({ code: 'name-empty' });
    given(closedGroupByAda()).when(renameBy(ada, 'a\u202eb')).thenRejected({ code: 'name-invalid' });
    given(closedGroupByAda())
      .when(renameBy(ada, 'n'.repeat(NAME_MAX_GRAPHEMES + 1)))
      .thenRejected(tooLong);
  });
});
