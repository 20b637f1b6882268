import type { ErrorCodeFacts } from './error-code.js';

/** Who may not. A resource that the caller may not see answers exactly as one that does not exist. */
export const accessErrorCodes = {
  'conversation-not-found': {
    status: 404,
    retryable: false,
    meaning: 'There is no such conversation that the caller may know of.',
  },
  'not-a-member': { status: 403, retryable: false, meaning: 'The caller was a member once and is none now.' },
  'not-the-owner': { status: 403, retryable: false, meaning: 'Only the owner of the group may do this.' },
  'user-not-found': { status: 404, retryable: false, meaning: 'There is no such user.' },
  'device-not-found': { status: 404, retryable: false, meaning: 'The caller has no such device.' },
  forbidden: { status: 403, retryable: false, meaning: 'The caller may not do this.' },
} as const satisfies Record<string, ErrorCodeFacts>;

/** Rules of conversations, groups, messages and names that refuse a well-formed command. */
export const conversationErrorCodes = {
  'not-a-group': { status: 409, retryable: false, meaning: 'The conversation is direct; this is for groups.' },
  'conversation-exists': {
    status: 409,
    retryable: false,
    meaning: 'The conversation was made before, by another command.',
  },
  'conversation-with-oneself': { status: 400, retryable: false, meaning: 'A direct conversation needs another user.' },
  'group-full': { status: 409, retryable: false, meaning: 'The group has as many members as a group may have.' },
  'too-many-members-in-one-command': {
    status: 400,
    retryable: false,
    meaning: 'One command names more members than it may; send several.',
  },
  'name-empty': { status: 400, retryable: false, meaning: 'The name has no visible character.' },
  'name-too-long': { status: 400, retryable: false, meaning: 'The name has more graphemes than a name may have.' },
  'name-invalid': { status: 400, retryable: false, meaning: 'The name holds characters that no name may hold.' },
  'body-empty': { status: 400, retryable: false, meaning: 'The message has no visible character.' },
  'body-too-long': {
    status: 400,
    retryable: false,
    meaning: 'The message has more bytes or graphemes than a message may have.',
  },
  'body-not-unicode': { status: 400, retryable: false, meaning: 'The message holds half a surrogate pair.' },
} as const satisfies Record<string, ErrorCodeFacts>;
