import { createHash, timingSafeEqual } from 'node:crypto';

/** Not more than what a header holds anyway; bounds what is hashed for strangers. */
const AUTHORIZATION_MAX_CHARACTERS = 4_096;

export const authorizationOf = (secret: string): string => `Bearer ${secret}`;

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Says whether a header carries the secret, in a time that depends on neither. */
export const secretCheck = (secret: string): ((authorization: string | undefined) => boolean) => {
  const expected = digestOf(authorizationOf(secret));
  return (authorization = '') =>
    authorization.length <= AUTHORIZATION_MAX_CHARACTERS && timingSafeEqual(digestOf(authorization), expected);
};
