import type { Position } from '../event-store.js';
import { HEAD_PROBE_EVENTS, SCAN_PAGE_EVENTS } from './limits.js';
import type { ServerReads } from './server-reads.js';
import type { StreamNames } from './stream-names.js';

/** Finds the newest event of this log among everything that the server holds, remembering how far it has looked. */
export class HeadFinder {
  /** Up to `lookedTo` the newest of ours is `head`. */
  #known: { readonly lookedTo: Position; readonly head: Position | null } | null = null;

  constructor(
    private readonly reads: ServerReads,
    private readonly names: StreamNames,
  ) {}

  /** Position of the newest event of ours; null when there is none. */
  async head(): Promise<Position | null> {
    const known = this.#known;
    let newest: Position | null = null;
    let before: Position | null = null;
    for (;;) {
      const page = await this.reads.allBefore(before, before === null ? HEAD_PROBE_EVENTS : SCAN_PAGE_EVENTS);
      newest ??= (page[0]?.position.commit as Position | undefined) ?? null;
      for (const { streamId, type, position } of page) {
        const commit = position.commit as Position;
        if (known !== null && commit <= known.lookedTo) return this.#remember(newest, known.head);
        if (this.names.ours(streamId) !== null && !type.startsWith('$')) return this.#remember(newest, commit);
      }
      if (page.length === 0) return this.#remember(newest, null);
      before = (page.at(-1) as (typeof page)[number]).position.commit as Position;
    }
  }

  /** Whether a position lies behind everything that the server holds, of whomever. */
  async isBeyondEverything(position: Position): Promise<boolean> {
    const [newest] = await this.reads.allBefore(null, 1);
    return newest === undefined || position > newest.position.commit;
  }

  #remember(lookedTo: Position | null, head: Position | null): Position | null {
    if (lookedTo !== null) this.#known = { lookedTo, head };
    return head;
  }
}
