import { PASSWORD_MAX_CHARACTERS, PASSWORD_MIN_CHARACTERS } from '@verbatim/protocol';

const HALF_SURROGATE = /\p{Surrogate}/u;

/** Checked before any hashing: a text of megabytes costs nothing. Characters are Unicode code points. */
export const isAcceptablePassword = (password: string): boolean => {
  if (password.length > 2 * PASSWORD_MAX_CHARACTERS || HALF_SURROGATE.test(password)) return false;
  const characters = [...password].length;
  return characters >= PASSWORD_MIN_CHARACTERS && characters <= PASSWORD_MAX_CHARACTERS;
};

/** The same password typed on another system may come composed differently (RFC 8265 §4.2). */
export const normalisedPassword = (password: string): string => password.normalize('NFKC');

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$[A-Za-z0-9+/]{22,86}\$[A-Za-z0-9+/]{43,86}$/;
/** Weaker is guessed, stronger lets one login take a core for long. */
const MEMORY_KIB = { min: 7_168, max: 131_072 };
const PASSES = { min: 1, max: 10 };
const LANES = { min: 1, max: 4 };

/** An argon2id hash in PHC form (19 = version 1.3) with parameters that a login may cost. */
export const isAcceptableHash = (hash: string): boolean => {
  const parameters = PHC.exec(hash)?.slice(1).map(Number) ?? [];
  return (
    parameters.length === 3 &&
    [MEMORY_KIB, PASSES, LANES].every(({ min, max }, index) => {
      const value = parameters[index] as number;
      return value >= min && value <= max;
    })
  );
};
