/** 4000–4499: reconnect and resume. 4500–4999: do not, until a person or another token has changed something. */
export const closeCodes = {
  'server-error': { code: 4000, reconnect: true, meaning: 'The server failed on this connection.' },
  'going-away': { code: 4001, reconnect: true, meaning: 'The server stops; `goaway {afterMs}` came before.' },
  'heartbeat-timeout': { code: 4002, reconnect: true, meaning: 'No frame arrived for two heartbeats.' },
  'slow-consumer': { code: 4003, reconnect: true, meaning: 'The client does not read what is written to it.' },
  'rate-limited': { code: 4004, reconnect: true, meaning: 'The client went on after `rate-limited` replies.' },
  'token-expired': { code: 4005, reconnect: true, meaning: 'The token expired; reconnect with a fresh one.' },
  'resync-required': { code: 4006, reconnect: true, meaning: 'The stream cannot go on; resume from the cursor.' },
  replaced: { code: 4007, reconnect: true, meaning: 'A newer connection of the same session took over.' },
  'bad-token': { code: 4500, reconnect: false, meaning: 'The token is not valid here.' },
  'protocol-error': { code: 4501, reconnect: false, meaning: 'The client does not speak this protocol.' },
  'unsupported-version': { code: 4502, reconnect: false, meaning: 'The server does not speak this version.' },
  'account-suspended': { code: 4503, reconnect: false, meaning: 'The account is suspended or deleted.' },
  'device-revoked': { code: 4504, reconnect: false, meaning: 'The device was signed out or revoked.' },
  'too-many-sessions': { code: 4505, reconnect: false, meaning: 'The user has as many connections as allowed.' },
  'auth-timeout': { code: 4506, reconnect: false, meaning: 'No `auth` arrived in time.' },
} as const;

export type CloseReason = keyof typeof closeCodes;
export type CloseCode = (typeof closeCodes)[CloseReason]['code'];

/**
 * Whether a client opens a new connection after this close code. By class for our own codes, so that an old client
 * obeys a code it has never heard of; yes for every other one (1006 is a cut line, 1001 a closing peer).
 */
export const reconnectsAfter = (code: number): boolean => !(code >= 4500 && code <= 4999);
