/** Every limit of the wire. Docs and `hello.limits` are made from these. */

export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL = 'chat.v1.json';
export const SOCKET_PATH = '/v1/ws';
/** Request header that carries the last `cur` the reader has seen: he never reads an older state. */
export const READ_CURSOR_HEADER = 'chat-cursor';
/** Request header that may stand for the body's `commandId` or `clientMsgId`. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';

/** One client message on the socket, all fragments together. Larger closes with 1009. */
export const FRAME_MAX_BYTES = 65_536;
export const HTTP_BODY_MAX_BYTES = 65_536;
export const HTTP_HEADERS_MAX_BYTES = 16_384;
/** A client's request id as text; as a number it is a whole one from 0 to 2^53 - 1. */
export const REQUEST_ID_MAX_CHARACTERS = 64;
/** So many in a minute close a connection with 4501; each is answered `malformed-frame`. */
export const MALFORMED_FRAMES_PER_MINUTE_MAX = 10;
/** At most so many problems of one request are named. */
export const ERROR_DETAILS_MAX = 8;

export const HEARTBEAT_INTERVAL_MS = 30_000;
/** No frame for so long: the client closes (1.5 heartbeats) … */
export const HEARTBEAT_CLIENT_TIMEOUT_MS = 45_000;
/** … and the server holds the session for gone (2 heartbeats). */
export const HEARTBEAT_SERVER_TIMEOUT_MS = 60_000;
export const AUTH_TIMEOUT_MS = 5_000;
/** `token.expiring` comes so long before close 4005. */
export const TOKEN_EXPIRING_NOTICE_MS = 60_000;

export const RECONNECT_BASE_MS = 500;
export const RECONNECT_MAX_MS = 30_000;
/** A connection that lived so long starts the backoff anew. */
export const RECONNECT_STABLE_MS = 30_000;

export const RESUME_EVENTS_MAX = 1_000;
export const RESUME_CONVERSATIONS_MAX = 200;

export const HISTORY_PAGE_MAX = 200;
export const HISTORY_PAGE_DEFAULT = 50;
export const EVENTS_PAGE_MAX = 500;
export const EVENTS_PAGE_DEFAULT = 100;
export const INBOX_PAGE_MAX = 200;
export const INBOX_PAGE_DEFAULT = 50;
export const MEMBERS_PAGE_MAX = 500;
export const MEMBERS_PAGE_DEFAULT = 100;
export const DEVICES_MAX = 32;
/** Events of one answer of `GET /v1/sync`. */
export const SYNC_PAGE_MAX = 500;
export const SYNC_WAIT_MAX_S = 25;
export const SYNC_WAIT_DEFAULT_S = 0;

export const FOCUS_MAX = 20;
export const PRESENCE_USERS_MAX = 200;
/** Members that an inbox entry names; `member.list` has them all. */
export const ENTRY_MEMBERS_MAX = 10;
/** Unread counting stops here and says `unreadCapped`. */
export const UNREAD_COUNT_MAX = 1_000;

/** A typist who goes on says so again this often; who has been silent for the time-out has stopped. */
export const TYPING_REPEAT_MS = 3_000;
export const TYPING_TIMEOUT_MS = 6_000;
/** Receipts of one conversation are sent at most this often by a client and announced at most this often. */
export const RECEIPT_INTERVAL_MS = 1_000;

export const MESSAGE_BODY_MAX_BYTES = 16_384;
export const MESSAGE_BODY_MAX_GRAPHEMES = 4_000;
/** Names of groups, users and devices. */
export const NAME_MAX_GRAPHEMES = 64;
export const NAME_MAX_BYTES = 1_024;
export const MEMBERS_PER_COMMAND_MAX = 500;
export const GROUP_MEMBERS_MAX = 20_000;
export const CLIENT_NAME_MAX_CHARACTERS = 128;
export const ZONE_MAX_CHARACTERS = 64;
export const TOKEN_MAX_CHARACTERS = 4_096;
export const PASSWORD_MIN_CHARACTERS = 8;
export const PASSWORD_MAX_CHARACTERS = 256;

/** After case folding: 2 to 32 characters. */
export const USER_NAME_PATTERN = '^[a-z0-9][a-z0-9._-]{1,31}$';
/** As a client may write it. */
export const USER_NAME_INPUT_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{1,31}$';
export const UUID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
/** As a client may write it; the server goes on with lower case. */
export const UUID_INPUT_PATTERN = '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$';

/** What `hello` tells a client, so that it needs no release to follow a changed limit. */
export const helloLimits = {
  frameMaxBytes: FRAME_MAX_BYTES,
  messageBodyMaxBytes: MESSAGE_BODY_MAX_BYTES,
  messageBodyMaxGraphemes: MESSAGE_BODY_MAX_GRAPHEMES,
  nameMaxGraphemes: NAME_MAX_GRAPHEMES,
  historyPageMax: HISTORY_PAGE_MAX,
  eventsPageMax: EVENTS_PAGE_MAX,
  inboxPageMax: INBOX_PAGE_MAX,
  membersPageMax: MEMBERS_PAGE_MAX,
  focusMax: FOCUS_MAX,
  presenceUsersMax: PRESENCE_USERS_MAX,
  membersPerCommandMax: MEMBERS_PER_COMMAND_MAX,
} as const;
export type HelloLimits = { readonly [Name in keyof typeof helloLimits]: number };
