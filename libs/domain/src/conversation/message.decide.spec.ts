import { accept } from '../kernel/decision.js';
import { ada, bob, stranger } from '../kernel/people.fixtures.js';
import { directOfAdaAndBob, given, left, openGroupByAda, sendBy, sent } from './conversation.fixtures.js';
import { BODY_MAX_BYTES, BODY_MAX_GRAPHEMES } from './conversation.limits.js';

const tooLong = { code: 'body-too-long', bytesMax: BODY_MAX_BYTES, graphemesMax: BODY_MAX_GRAPHEMES } as const;
const isSent = (body: string) =>
  given(directOfAdaAndBob())
    .when(sendBy(ada, body))
    .then(sent(ada, body), accept(sent(ada, body)));
const isTooLong = (body: string) => given(directOfAdaAndBob()).when(sendBy(ada, body)).thenRejected(tooLong);

describe('sending a message', () => {
  it('is recorded as it came, with sender and time', () => {
    isSent('hello');
    isSent('  two\n\tlines  ');
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
    isSent('a'.repeat(BODY_MAX_GRAPHEMES));
    isTooLong('a'.repeat(BODY_MAX_GRAPHEMES + 1));
    isSent('👋🏽'.repeat(BODY_MAX_BYTES / 8));
    isSent('e\u0301'.repeat(BODY_MAX_GRAPHEMES));
    isTooLong('e\u0301'.repeat(BODY_MAX_GRAPHEMES + 1));
  });

  it('takes the last byte that is allowed and refuses the next', () => {
    const marks = 'a' + '\u0301'.repeat((BODY_MAX_BYTES - 2) / 2);
    isSent(`${marks}b`);
    isTooLong(`${marks}bc`);
    isTooLong('a'.repeat(BODY_MAX_BYTES + 1));
  });
});
