import { FOCUS_MAX } from '@verbatim/protocol';
import type { FocusSetRequest } from '@verbatim/protocol';

/** Which conversations this connection shows: they bring typing, presence and read detail. Set anew on every connection. */
export class Focus {
  private conversationIds: readonly string[] = [];

  constructor(private readonly report: (request: FocusSetRequest) => void) {}

  /** The newest 20 count. */
  set(conversationIds: readonly string[]): void {
    this.conversationIds = conversationIds.slice(-FOCUS_MAX);
    this.report({ conversationIds: this.conversationIds });
  }

  connected(): void {
    if (this.conversationIds.length > 0) this.report({ conversationIds: this.conversationIds });
  }
}
