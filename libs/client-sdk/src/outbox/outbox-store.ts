/** A message that waits to be sent. `clientMsgId` and `knownSeq` are minted once and resent unchanged. */
export type OutboxItem = {
  readonly clientMsgId: string;
  /** Who wrote it. Another user of the same store never sends it. */
  readonly senderId: string;
  readonly conversationId: string;
  readonly body: string;
  /** The head of the conversation that this device knew; absent when it knew none. */
  readonly knownSeq?: number;
  /** Wall clock of this device, ms since 1970; for display only. */
  readonly queuedAtMs: number;
};

/**
 * Where unsent messages live between two runs. `put` has to be durable when it resolves: the message is not sent
 * before. `load` returns the items in the order of their `put`.
 */
export interface OutboxStore {
  load(): Promise<readonly OutboxItem[]>;
  put(item: OutboxItem): Promise<void>;
  remove(clientMsgId: string): Promise<void>;
}

/** Forgets with the process. */
export const memoryOutboxStore = (): OutboxStore => {
  const items = new Map<string, OutboxItem>();
  return {
    load: () => Promise.resolve([...items.values()]),
    put: (item) => {
      items.set(item.clientMsgId, item);
      return Promise.resolve();
    },
    remove: (clientMsgId) => {
      items.delete(clientMsgId);
      return Promise.resolve();
    },
  };
};
