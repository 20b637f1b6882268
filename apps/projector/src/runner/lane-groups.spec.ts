import { openMemoryEventStore } from '@verbatim/event-store';
import type { Checkpoint } from '@verbatim/read-models';
import { aConversation, People } from '../testkit/people.fixtures.js';
import { groupByDistance } from './lane-groups.js';
import type { ProjectionLane } from './projection-lane.js';

const laneAt = (name: string, checkpoint: Checkpoint | null) => ({ name, checkpoint }) as unknown as ProjectionLane;
const namesOf = (groups: readonly (readonly ProjectionLane[])[]) =>
  groups.map((group) => group.map((lane) => (lane as unknown as { name: string }).name));

describe('reading the log together', () => {
  const eventStore = openMemoryEventStore();
  const checkpoints: Checkpoint[] = [];
  beforeAll(async () => {
    const people = new People(eventStore);
    const tea = aConversation();
    for (let batch = 0; batch < 12; batch += 1) await people.sends(tea, ...Array<string>(200).fill('hello'));
    for (let after: Checkpoint | undefined; ; after = checkpoints.at(-1)) {
      const { events, isAtHead } = await eventStore.readAll({ after: after?.position ?? null, maxCount: 1_000 });
      checkpoints.push(...events.map(({ position, eventId }) => ({ position, eventId })));
      if (isAtHead) break;
    }
  });
  afterAll(() => eventStore.close());
  const after = (events: number): Checkpoint => checkpoints[events - 1] as Checkpoint;

  it('is for projections that are equally far, or all at the start', async () => {
    const lanes = [laneAt('a', after(2_400)), laneAt('b', after(2_400))];
    expect(namesOf(await groupByDistance(eventStore, lanes))).toEqual([['a', 'b']]);
    expect(namesOf(await groupByDistance(eventStore, [laneAt('a', null), laneAt('b', null)]))).toEqual([['a', 'b']]);
  });

  it('is for projections that are a page apart, and not for one that is further behind', async () => {
    const near = [laneAt('ahead', after(2_400)), laneAt('behind', after(1_400))];
    expect(namesOf(await groupByDistance(eventStore, near))).toEqual([['behind', 'ahead']]);
    const far = [laneAt('ahead', after(2_400)), laneAt('new', null), laneAt('behind', after(1_399))];
    expect(namesOf(await groupByDistance(eventStore, far))).toEqual([['new'], ['behind'], ['ahead']]);
  });
});
