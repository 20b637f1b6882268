import type { RecordedEvent } from '@verbatim/event-store';
import type { Projection } from './projection.js';

/** An event that its projection cannot fold: the projection's poison policy decides what comes of it. */
export class FoldError extends Error {
  override readonly name = 'FoldError';

  constructor(
    projection: Projection,
    readonly recorded: RecordedEvent,
    cause: unknown,
  ) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    super(`${projection.name} cannot fold ${recorded.event.type} at position ${recorded.position}: ${problem}`, {
      cause,
    });
  }
}
