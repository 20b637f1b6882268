import { fitsIn, hasVisibleCharacter, isUnicode } from './text.js';

/** Names that people give to groups, devices and themselves; graphemes as a reader counts them. */
export const NAME_MAX_GRAPHEMES = 64;
/** Bounds what 64 graphemes may weigh: 16 bytes each, where one emoji family takes 25 and a plain letter 1 to 3. */
export const NAME_MAX_BYTES = 1_024;

const LIMITS = { bytesMax: NAME_MAX_BYTES, graphemesMax: NAME_MAX_GRAPHEMES };

/** Control characters and line breaks would forge lines; bidirectional overrides would turn what stands beside them. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

export type NameRejection =
  /** Nothing in it can be seen. */
  | { code: 'name-empty' }
  /** A control character, a line break, a bidirectional override, or half of a surrogate pair. */
  | { code: 'name-invalid' }
  | { code: 'name-too-long'; graphemesMax: number; bytesMax: number };

/** Why a text is no name, or null when it is one. Names are kept as they come: nothing is trimmed or folded. */
export const nameRejectionOf = (name: string): NameRejection | null => {
  if (!isUnicode(name)) return { code: 'name-invalid' };
  if (!hasVisibleCharacter(name)) return { code: 'name-empty' };
  if (!fitsIn(name, LIMITS)) return { code: 'name-too-long', ...LIMITS };
  return FORBIDDEN.test(name) ? { code: 'name-invalid' } : null;
};
