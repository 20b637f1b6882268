import type { OperationCall } from '@verbatim/http-edge';
import type { Actor } from '@verbatim/identity';
import { EventStoreUnavailableError, type Position } from '@verbatim/event-store';
import type { OperationName, OpResult } from '@verbatim/protocol';
import { ReadModelsUnavailableError } from '@verbatim/read-models';
import type { CursorCodec } from '../delivery/cursor.js';
import type { Subscriber } from '../delivery/subscriber.js';
import { failed, OperationError } from './operation-error.js';

/** A call of somebody who is logged in. `seen`: place of the newest cursor that he was sent; what answers is not older. */
export type OwnCall = OperationCall & {
  readonly actor: Actor;
  readonly seen: Position | null;
  /** The socket that the call came over; null for HTTP. */
  readonly subscriber: Subscriber | null;
};
export type OwnOperation = (call: OwnCall) => Promise<OpResult>;

/** The operations that the gateway serves itself, whatever carries them. */
export class GatewayOperations {
  readonly #operations: ReadonlyMap<string, OwnOperation>;

  constructor(
    private readonly cursors: CursorCodec,
    operations: Partial<Readonly<Record<OperationName, OwnOperation>>>,
  ) {
    this.#operations = new Map(Object.entries(operations));
  }

  get names(): readonly OperationName[] {
    return [...this.#operations.keys()] as OperationName[];
  }

  onSocket(call: OperationCall, subscriber: Subscriber | null): Promise<OpResult> {
    return this.#run(call, subscriber?.seenPosition ?? null, subscriber);
  }

  async onHttp(call: OperationCall): Promise<OpResult> {
    if (call.chatCursor === null) return this.#run(call, null, null);
    const decoded = this.cursors.decode(call.chatCursor);
    // A cursor of an older epoch names no place in this log: what it had seen is not there to wait for.
    if (!decoded.ok && decoded.reason === 'bad-cursor') return failed('bad-cursor', call.traceId);
    return this.#run(call, decoded.ok ? decoded.place.position : null, null);
  }

  async #run(call: OperationCall, seen: Position | null, subscriber: Subscriber | null): Promise<OpResult> {
    const operation = this.#operations.get(call.op);
    if (operation === undefined || call.actor === null) return failed('not-found', call.traceId);
    try {
      return await operation({ ...call, actor: call.actor, seen, subscriber });
    } catch (error) {
      if (error instanceof OperationError) return failed(error.code, call.traceId);
      if (error instanceof ReadModelsUnavailableError || error instanceof EventStoreUnavailableError)
        return failed('unavailable', call.traceId);
      throw error;
    }
  }
}
