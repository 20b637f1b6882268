/// <reference lib="es2024.string" />

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Anything but white space, controls and what Unicode renders as nothing: default-ignorables (zero-width characters,
 * Hangul fillers, tags), the blank braille cell and interlinear annotation marks. Unassigned characters count as
 * visible: they may be emoji that are newer than this runtime.
 */
const VISIBLE = /[^\s\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;

export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text);

/** False for a text with half of a surrogate pair: it has no UTF-8 form and could not be stored as it came. */
export const isUnicode = (text: string): boolean => text.isWellFormed();

/** Bytes of a well-formed text in UTF-8. */
export const utf8Length = (text: string): number => {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // A surrogate pair is 4 bytes: 2 for each half.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
};

const hasMoreGraphemesThan = (text: string, max: number): boolean => {
  if (text.length <= max) return false;
  let count = 0;
  for (const _ of graphemes.segment(text)) {
    count += 1;
    if (count > max) return true;
  }
  return false;
};

export type TextLimits = { readonly bytesMax: number; readonly graphemesMax: number };

/** Whether a well-formed text is within both limits. Segments it only when its length alone cannot tell. */
export const fitsIn = (text: string, { bytesMax, graphemesMax }: TextLimits): boolean => {
  // No UTF-16 unit is more than 3 bytes or less than 1, and none is more than one grapheme.
  if (text.length <= graphemesMax && text.length * 3 <= bytesMax) return true;
  if (text.length > bytesMax || utf8Length(text) > bytesMax) return false;
  return !hasMoreGraphemesThan(text, graphemesMax);
};
