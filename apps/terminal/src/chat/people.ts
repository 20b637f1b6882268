import type { VerbatimClient } from '@verbatim/client-sdk';
import type { StateFolder } from '../home/state-folder.js';
import { printable } from '../render/escape.js';

const NAMES = 'names.json';
const SHORT_ID_CHARACTERS = 8;

/** Names of the people met so far. A user name never changes, so that a name once learned stays good. */
export class People {
  private readonly names: Map<string, string>;

  constructor(
    private readonly client: VerbatimClient,
    private readonly folder: StateFolder,
  ) {
    this.names = new Map(Object.entries((folder.read(NAMES) ?? {}) as Record<string, string>));
  }

  /** Asks for the names that are not yet known; a name that cannot be had stays an id. */
  async learn(userIds: readonly string[]): Promise<void> {
    const unknown = [...new Set(userIds)].filter((userId) => !this.names.has(userId));
    if (unknown.length === 0) return;
    const asked = unknown.map(async (userId) => {
      const { userName } = await this.client.call('user.get', { userId });
      this.names.set(userId, userName);
    });
    await Promise.allSettled(asked);
    this.folder.write(NAMES, Object.fromEntries(this.names), false);
  }

  /** The id of a user name. Throws RequestRejectedError `user-not-found`. */
  async idOf(userName: string): Promise<string> {
    const profile = await this.client.call('user.get', { userName: userName.toLowerCase() });
    this.names.set(profile.userId, profile.userName);
    return profile.userId;
  }

  nameOf = (userId: string): string =>
    printable(this.names.get(userId) ?? `user-${userId.slice(0, SHORT_ID_CHARACTERS)}`);
}
