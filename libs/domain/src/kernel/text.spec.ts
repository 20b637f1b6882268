import fc from 'fast-check';
import { fitsIn, utf8Length } from './text.js';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const graphemesOf = (text: string): number => [...new Intl.Segmenter().segment(text)].length;
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

describe('the length of a text', () => {
  it('in bytes is that of its UTF-8 form', () => {
    fc.assert(fc.property(anyText, (text) => expect(utf8Length(text)).toBe(bytesOf(text))));
  });

  it('fits when both its bytes and its graphemes do, whichever way that is found out', () => {
    const limit = fc.integer({ min: 0, max: 80 });
    fc.assert(
      fc.property(anyText, limit, limit, (text, bytesMax, graphemesMax) => {
        const fits = bytesOf(text) <= bytesMax && graphemesOf(text) <= graphemesMax;
        expect(fitsIn(text, { bytesMax, graphemesMax })).toBe(fits);
      }),
      { numRuns: 500 },
    );
  });
});
