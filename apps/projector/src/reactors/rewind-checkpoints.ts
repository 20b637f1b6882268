import type { EventStore, Position } from '@verbatim/event-store';
import { STATE_PAGE_MAX, type StateStore } from '@verbatim/state';
import { REACTOR_CHECKPOINTS, type ReactorCheckpointDocument } from './reactor-checkpoints.js';
import { headOf, isInLog } from './reactor-start.js';

/**
 * For a log that was put back from an older copy: a reactor that was ahead of it has handled all that the copy holds, and goes on
 * behind its end. Only while no reactor runs.
 * @returns names of the reactors whose checkpoint was moved
 */
export const rewindReactorCheckpoints = async (
  eventStore: EventStore,
  state: StateStore,
): Promise<readonly string[]> => {
  const documents = await state.collection<ReactorCheckpointDocument>({ name: REACTOR_CHECKPOINTS });
  const head = await headOf(eventStore);
  const moved: string[] = [];
  for (const { id, version, document } of await documents.list('', { limit: STATE_PAGE_MAX })) {
    const { position, eventId } = document;
    if (await isInLog(eventStore, { position: BigInt(position) as Position, eventId })) continue;
    if (head === null) await documents.delete(id, version);
    else await documents.replace(id, { position: head.position.toString(), eventId: head.eventId }, version);
    moved.push(id);
  }
  return moved;
};
