import type { OutboxItem, OutboxStore, SessionTokens, SyncState, SyncStore, TokenStore } from '@verbatim/client-sdk';
import type { StateFolder } from './state-folder.js';

const SESSION = 'session.json';
const OUTBOX = 'outbox.json';
const SYNC = 'sync.json';

type StoredSession = { readonly hostName: string; readonly tokens: SessionTokens };

/** The session is bound to the host that gave it: its refresh token is never shown to another. */
export const fileTokenStore = (folder: StateFolder, url: string): TokenStore => {
  const hostName = new URL(url).hostname;
  return {
    load: () => {
      const stored = folder.read(SESSION) as StoredSession | undefined;
      return Promise.resolve(stored?.hostName === hostName ? stored.tokens : undefined);
    },
    save: (tokens) => {
      folder.write(SESSION, { hostName, tokens }, true);
      return Promise.resolve();
    },
    clear: () => {
      folder.remove(SESSION);
      return Promise.resolve();
    },
  };
};

export const fileOutboxStore = (folder: StateFolder): OutboxStore => {
  const stored = (folder.read(OUTBOX) ?? []) as readonly OutboxItem[];
  const items = new Map(stored.map((item) => [item.clientMsgId, item]));
  const save = () => {
    folder.write(OUTBOX, [...items.values()], true);
    return Promise.resolve();
  };
  return {
    load: () => Promise.resolve([...items.values()]),
    put: (item) => {
      items.set(item.clientMsgId, item);
      return save();
    },
    remove: (clientMsgId) => (items.delete(clientMsgId) ? save() : Promise.resolve()),
  };
};

/**
 * `shown` resolves when everything that was handed over so far is on the screen: only then is the progress stored, so
 * that a kill between the two shows a line again rather than never. Not flushed to the disk: an older progress after
 * a power cut only makes the server repeat what this device then drops.
 */
export const fileSyncStore = (folder: StateFolder, shown: () => Promise<void>): SyncStore => ({
  load: () => Promise.resolve(folder.read(SYNC) as SyncState | undefined),
  save: async (state) => {
    await shown();
    folder.write(SYNC, state, false);
  },
});
