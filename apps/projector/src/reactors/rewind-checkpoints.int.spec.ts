import type { EventId } from '@verbatim/event-store';
import { aConversation } from '../testkit/people.fixtures.js';
import { REACTOR_CHECKPOINTS, type ReactorCheckpointDocument } from './reactor-checkpoints.js';
import { ReactorUnderTest } from './reactor-under-test.fixtures.js';
import { rewindReactorCheckpoints } from './rewind-checkpoints.js';

let test: ReactorUnderTest;
beforeEach(async () => {
  test = await ReactorUnderTest.open();
});
afterEach(() => test.close());

const tea = aConversation();
const checkpoints = () => test.state.collection<ReactorCheckpointDocument>({ name: REACTOR_CHECKPOINTS });
const ahead: ReactorCheckpointDocument = { position: '4096', eventId: 'lost' as EventId };

describe('after a log was put back from an older copy', () => {
  it('a reactor that was ahead of it goes on behind its end, in silence about what it holds', async () => {
    const old = await test.people.sends(tea, 'old');
    await (await checkpoints()).insert('bell-v1', ahead);
    expect(await rewindReactorCheckpoints(test.eventStore, test.state)).toEqual(['bell-v1']);
    expect((await (await checkpoints()).get('bell-v1'))?.document.position).toBe(String(old));
    await test.start();
    const next = await test.people.sends(tea, 'new');
    await test.until(() => test.handled.length === 1);
    expect(test.handled).toEqual([next]);
  });

  it('a reactor that was not that far stays where it is', async () => {
    const first = await test.people.sends(tea, 'one');
    await test.people.sends(tea, 'two');
    const { eventId } = (await test.eventStore.readAt(first)) ?? {};
    const kept = { position: String(first), eventId: eventId as EventId };
    await (await checkpoints()).insert('bell-v1', kept);
    expect(await rewindReactorCheckpoints(test.eventStore, test.state)).toEqual([]);
    expect((await (await checkpoints()).get('bell-v1'))?.document).toEqual(kept);
  });

  it('a reactor begins anew when the log is empty', async () => {
    await (await checkpoints()).insert('bell-v1', ahead);
    await rewindReactorCheckpoints(test.eventStore, test.state);
    expect(await (await checkpoints()).get('bell-v1')).toBeNull();
  });
});
