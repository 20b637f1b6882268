/** Members of a group at one time. Its whole membership is held in the writer's memory. */
export const GROUP_MEMBERS_MAX = 20_000;
/** User ids in one `AddMembers`, and first members in one `CreateGroup`, as given. One command is one event. */
export const MEMBERS_ADDED_MAX = 500;
/** UTF-8 bytes of a message's body. */
export const BODY_MAX_BYTES = 16 * 1_024;
/** Graphemes of a message's body, as a reader counts characters. */
export const BODY_MAX_GRAPHEMES = 4_000;
