import { formatTable } from './table.mjs';

describe('a table', () => {
  it('puts the cells of a column below each other, without spaces at the end of a line', () => {
    expect(formatTable(['a', 'word'], [['longer', 'x']])).toBe('a       word\nlonger  x');
  });
});
