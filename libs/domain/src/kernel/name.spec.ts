import { NAME_MAX_BYTES, NAME_MAX_GRAPHEMES, nameRejectionOf } from './name.js';

const tooLong = { code: 'name-too-long', graphemesMax: NAME_MAX_GRAPHEMES, bytesMax: NAME_MAX_BYTES };

describe('a name', () => {
  it.each(['Ada', ' Ada ', 'أدا', 'आडा', 'A', '👩‍👩‍👧', '愛達', "O'Neill <b>", '‏אדה'])('may be %j', (name) => {
    expect(nameRejectionOf(name)).toBeNull();
  });

  it.each(['', ' ', '\u200b', '\n', '\u3164'])('may not be %j, of which nothing is seen', (name) => {
    expect(nameRejectionOf(name)).toEqual({ code: 'name-empty' });
  });

  it.each(['a\nb', 'a\u2028b', 'a\u2029b', 'a\u0000b', 'a\u001b[31mb', 'a\u0085b', 'a\u202eb', 'a\u2066b', 'a\ud800'])(
    'may not be %j, which would not stay in its place',
    (name) => {
      expect(nameRejectionOf(name)).toEqual({ code: 'name-invalid' });
    },
  );

  it('ends at its last grapheme', () => {
    expect(nameRejectionOf('n'.repeat(NAME_MAX_GRAPHEMES))).toBeNull();
    expect(nameRejectionOf('n'.repeat(NAME_MAX_GRAPHEMES + 1))).toEqual(tooLong);
    expect(nameRejectionOf('e\u0301'.repeat(NAME_MAX_GRAPHEMES))).toBeNull();
    expect(nameRejectionOf('e\u0301'.repeat(NAME_MAX_GRAPHEMES + 1))).toEqual(tooLong);
  });

  it('ends at its last byte', () => {
    const marks = '\u0301'.repeat((NAME_MAX_BYTES - 2) / 2);
    expect(nameRejectionOf(`a${marks}b`)).toBeNull();
    expect(nameRejectionOf(`a${marks}bc`)).toEqual(tooLong);
  });
});
