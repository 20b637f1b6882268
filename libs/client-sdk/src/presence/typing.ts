import type { TypingData, TypingSetRequest } from '@verbatim/protocol';
import type { Runtime, Timer } from '../kernel/runtime.js';

export type TypingPorts = {
  readonly runtime: Runtime;
  readonly repeatMs: number;
  readonly timeoutMs: number;
  /** Best effort: nothing waits for the outcome. */
  readonly report: (request: TypingSetRequest) => void;
  readonly changed: (typing: TypingData) => void;
};

/** Tells others that this user types, at most once per repeat interval, and forgets others who went silent. */
export class Typing {
  private readonly ownSinceMs = new Map<string, number>();
  private readonly others = new Map<string, Timer>();

  constructor(private readonly ports: TypingPorts) {}

  /** To be called for every keystroke. */
  typed(conversationId: string): void {
    const nowMs = this.ports.runtime.monotonicMs();
    const saidMs = this.ownSinceMs.get(conversationId);
    if (saidMs !== undefined && nowMs - saidMs < this.ports.repeatMs) return;
    this.ownSinceMs.set(conversationId, nowMs);
    this.ports.report({ conversationId, typing: true });
  }

  /** The draft was sent or given up. */
  stopped(conversationId: string): void {
    if (this.ownSinceMs.delete(conversationId)) this.ports.report({ conversationId, typing: false });
  }

  /** A push. Announces changes only: a typist who goes on is no news. */
  take({ conversationId, userId, typing }: TypingData): void {
    const key = `${conversationId} ${userId}`;
    const before = this.others.get(key);
    before?.cancel();
    if (!typing) {
      if (this.others.delete(key)) this.ports.changed({ conversationId, userId, typing: false });
      return;
    }
    const expire = () => this.take({ conversationId, userId, typing: false });
    this.others.set(key, this.ports.runtime.after(this.ports.timeoutMs, expire));
    if (!before) this.ports.changed({ conversationId, userId, typing: true });
  }

  close(): void {
    for (const timer of this.others.values()) timer.cancel();
    this.others.clear();
  }
}
