import { USER_NAME_INPUT_PATTERN } from '@verbatim/protocol';

const INPUT = new RegExp(USER_NAME_INPUT_PATTERN);

/** Names that would pass for the service itself, or that addresses of the service use. Nobody may register them. */
const RESERVED = new Set(
  `abuse admin administrator all anonymous api deleted everyone here hostmaster me mod moderator nobody noreply null official
  postmaster root security staff support sysadmin system undefined verbatim webmaster www`.split(/\s+/),
);

/** The key of an account: the name in lower case, or null when it has a form that no user name has. */
export const userNameKeyOf = (userName: string): string | null =>
  INPUT.test(userName) ? userName.toLowerCase() : null;

/** Dots, dashes and underscores make no other name: `a.d-m_i.n` is `admin`. */
export const isReservedUserName = (key: string): boolean =>
  RESERVED.has(key) || RESERVED.has(key.replaceAll(/[._-]/g, ''));
