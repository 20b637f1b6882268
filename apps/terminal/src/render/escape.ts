/**
 * Control characters (C0, DEL, C1), line and paragraph separators, and the marks that turn the direction of text: in
 * a terminal they move the cursor, clear the screen, change the title, or make a line look like another one.
 */
// eslint-disable-next-line no-control-regex
const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text of others as it may be printed on one line. A line break in a message becomes a visible sign. */
export const printable = (text: string): string =>
  text
    .replace(/\r\n|\n|\r/g, ' ⏎ ')
    .replaceAll('\t', ' ')
    .replace(DANGEROUS, escaped);
