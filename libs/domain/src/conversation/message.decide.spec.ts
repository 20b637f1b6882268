import { accept } from '../kernel/decision.js';
import { ada, bob, stranger } from '../kernel/people.fixtures.js';
import { directOfAdaAndBob, given, left, openGroupByAda, sendBy, sent } from './conversation.fixtures.js';
import { BODY_MAX_BYTES, BODY_MAX_GRAPHEMES } from './conversation.limits.js';

const tooLong = { code: 'body-too-long', bytesMax: BODY_MAX_BYTES, graphemesMax: BODY_MAX_GRAPHEMES } as const;
const expectSent = (body: string) =>
  given(directOfAdaAndBob())
    .when(sendBy(ada, body))
    .then(sent(ada, body), accept(sent(ada, body)));
const expectTooLong = (body: string) => given(directOfAdaAndBob()).when(sendBy(ada, body)).thenRejected(tooLong);

describe('sending a message', () => {
  it('is recorded as it came, with sender and time', () => {
    expectSent('hello');
    expectSent('  two\n\tlines  ');
  });

  it('is for every member of a group', () =>
    given(openGroupByAda(bob))
      .when(sendBy(bob))
      .then(sent(bob), accept(sent(bob))));

  it('is refused to a stranger and to a former member before its body is looked at', () => {
    given(openGroupByAda()).when(sendBy(stranger, '')).thenRejected({ code: 'conversation-not-found' });
    given(openGroupByAda(bob), left(bob)).when(sendBy(bob, '')).thenRejected({ code: 'not-a-member' });
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n\t\u00a0\u3000'],
    ['zero-width characters', '\u200b\u200d\ufeff\u2060'],
    ['Hangul fillers', '\u3164\u115f'],
    ['controls', '\u0000\u001b'],
    ['a blank braille cell', '\u2800'],
  ])('is refused when its body is %s', (_, body) =>
    given(directOfAdaAndBob()).when(sendBy(ada, body)).thenRejected({ code: 'body-empty' }),
  );

  it('is refused when its body has no UTF-8 form', () =>
    given(directOfAdaAndBob()).when(sendBy(ada, 'half \ud83d')).thenRejected({ code: 'body-not-unicode' }));

  it('takes the last grapheme that is allowed and refuses the next', () => {
    expectSent('a'.repeat(BODY_MAX_GRAPHEMES));
    expectTooLong('a'.repeat(BODY_MAX_GRAPHEMES + 1));
    expectSent('👋🏽'.repeat(BODY_MAX_BYTES / 8));
    expectSent('e\u0301'.repeat(BODY_MAX_GRAPHEMES));
    expectTooLong('e\u0301'.repeat(BODY_MAX_GRAPHEMES + 1));
  });

  it('takes the last byte that is allowed and refuses the next', () => {
    const marks = 'a' + '\u0301'.repeat((BODY_MAX_BYTES - 2) / 2);
    expectSent(`${marks}b`);
    expectTooLong(`${marks}bc`);
    expectTooLong('a'.repeat(BODY_MAX_BYTES + 1));
  });
});
