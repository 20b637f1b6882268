import { parseAccountLine } from './account-lines.js';

const good = { userName: 'ada', passwordHash: '$argon2id$', displayName: 'Ada', role: 'moderator' };

describe('a line of accounts', () => {
  it('is one record', () => {
    expect(parseAccountLine(JSON.stringify(good), 1)).toEqual(good);
    expect(parseAccountLine('{"userName":"ada","passwordHash":"x"}', 1)).toEqual({
      userName: 'ada',
      passwordHash: 'x',
    });
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{"userName":', /^line 7: not a JSON object$/],
    ['a list', '[]', /^line 7: not a JSON object$/],
    ['null', 'null', /^line 7: not a JSON object$/],
    ['a field too many', JSON.stringify({ ...good, password: 'x' }), /^line 7: there is no field "password"$/],
    ['no name', '{"passwordHash":"x"}', /^line 7: userName has to be a text$/],
    ['no hash', '{"userName":"ada"}', /^line 7: passwordHash has to be a text$/],
    ['a number for a name', JSON.stringify({ ...good, displayName: 5 }), /^line 7: displayName has to be a text$/],
    ['null for a role', JSON.stringify({ ...good, role: null }), /^line 7: role has to be a text$/],
  ])('is refused by its number, without its content: %s', (_, line, text) => {
    expect(() => parseAccountLine(line, 7)).toThrow(text);
  });
});
