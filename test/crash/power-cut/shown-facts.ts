/** Something a client was told, and may rely on from then on: a message at its place, or an account. */
export type ShownMessage = { readonly conversationId: string; readonly seq: number; readonly messageId: string };
export type ShownFacts = {
  readonly messages: Map<string, ShownMessage>;
  /** Ids of the users whose registration was answered. */
  readonly userIds: Set<string>;
};

export const noFacts = (): ShownFacts => ({ messages: new Map(), userIds: new Set() });

/** Innermost objects; the load sends no text with braces. */
const FLAT_OBJECT = /\{[^{}]*\}/g;

const parse = (json: string): Record<string, unknown> => {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {}; // bytes of a frame header that look like a brace
  }
};

/** Adds what a text shows that the server gave to a socket: acknowledgements, pushes and answers alike. */
export const addShown = (facts: ShownFacts, text: string): void => {
  for (const [json] of text.matchAll(FLAT_OBJECT)) {
    if (!json.includes('"messageId"') && !json.includes('"refreshToken"')) continue;
    const { conversationId, messageId, seq, userId, refreshToken } = parse(json);
    if (typeof conversationId === 'string' && typeof messageId === 'string' && typeof seq === 'number')
      facts.messages.set(`${conversationId}@${seq}`, { conversationId, seq, messageId });
    if (typeof userId === 'string' && typeof refreshToken === 'string') facts.userIds.add(userId);
  }
};
