import type { ConversationId } from '@verbatim/domain';
import { QueueFullError } from '@verbatim/platform';
import type { FoldedConversation } from './folded-conversation.js';
import { isOverdue, type WriteOutcome, type WriteRequest } from './write-request.js';

export type Waiting = { readonly request: WriteRequest; readonly settle: (outcome: WriteOutcome) => void };
type Inspection = { readonly read: (folded: FoldedConversation) => void; readonly fail: (error: unknown) => void };
type Lane = { readonly conversationId: ConversationId; readonly waiting: Waiting[]; inspections: Inspection[] };

export type LaneLimits = {
  readonly waitingMaxCommands: number;
  readonly inspectionsMax: number;
  /** Commands that are decided together. */
  readonly batchMaxCommands: number;
};

export type LaneWork = {
  /** Answers commands from the front of `waiting`; returns how many. Throws when none of the rest can be answered. */
  readonly runBatch: (conversationId: ConversationId, waiting: readonly Waiting[]) => Promise<number>;
  /** The state at its durable head. */
  readonly load: (conversationId: ConversationId) => Promise<FoldedConversation>;
  readonly onError: (error: unknown) => void;
};

/** One lane per conversation that has work: what is in it runs one after the other; lanes do not wait for each other. */
export class ConversationLanes {
  private readonly lanes = new Map<ConversationId, Lane>();

  constructor(
    private readonly work: LaneWork,
    private readonly limits: LaneLimits,
  ) {}

  run(request: WriteRequest): Promise<WriteOutcome> {
    return new Promise((settle) => {
      const lane = this.laneOf(request.conversationId);
      if (lane.waiting.length < this.limits.waitingMaxCommands) lane.waiting.push({ request, settle });
      else settle({ outcome: 'busy' });
    });
  }

  inspect<Result>(conversationId: ConversationId, read: (folded: FoldedConversation) => Result): Promise<Result> {
    return new Promise((settle, fail) => {
      const { inspections } = this.laneOf(conversationId);
      if (inspections.length < this.limits.inspectionsMax) {
        inspections.push({ read: (folded) => settle(read(folded)), fail });
      } else fail(new QueueFullError(this.limits.inspectionsMax));
    });
  }

  private laneOf(conversationId: ConversationId): Lane {
    const open = this.lanes.get(conversationId);
    if (open !== undefined) return open;
    const lane: Lane = { conversationId, waiting: [], inspections: [] };
    this.lanes.set(conversationId, lane);
    // What else arrives in this turn of the loop joins the first batch.
    queueMicrotask(() => void this.drain(lane));
    return lane;
  }

  private async drain(lane: Lane): Promise<void> {
    while (lane.waiting.length > 0 || lane.inspections.length > 0) {
      if (lane.waiting.length > 0) await this.drainWaiting(lane);
      if (lane.inspections.length > 0) await this.drainInspections(lane);
    }
    this.lanes.delete(lane.conversationId);
  }

  private async drainWaiting(lane: Lane): Promise<void> {
    const taken = lane.waiting.splice(0, this.limits.batchMaxCommands).filter(isAwaited);
    if (taken.length === 0) return;
    try {
      const answered = await this.work.runBatch(lane.conversationId, taken);
      lane.waiting.unshift(...taken.slice(answered));
    } catch (error) {
      this.work.onError(error);
      // Whoever was answered already stays answered: a promise settles once.
      for (const { settle } of taken) settle({ outcome: 'busy' });
    }
  }

  private async drainInspections(lane: Lane): Promise<void> {
    const taken = lane.inspections;
    lane.inspections = [];
    try {
      const folded = await this.work.load(lane.conversationId);
      for (const { read, fail } of taken) attempt(() => read(folded), fail);
    } catch (error) {
      for (const { fail } of taken) fail(error);
    }
  }
}

/** A command that nobody waits for is not decided: under a flood that would be work for those who have gone. */
const isAwaited = ({ request, settle }: Waiting): boolean => {
  if (!isOverdue(request)) return true;
  settle({ outcome: 'busy' });
  return false;
};

const attempt = (action: () => void, fail: (error: unknown) => void): void => {
  try {
    action();
  } catch (error) {
    fail(error);
  }
};
