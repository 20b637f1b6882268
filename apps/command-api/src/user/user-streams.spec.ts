import { randomUUID } from 'node:crypto';
import {
  type CommandId,
  DEVICES_MAX,
  type DeviceId,
  type IsoTimestamp,
  type UserCommand,
  type UserId,
  userStream,
} from '@verbatim/domain';
import { type EventStore, openMemoryEventStore } from '@verbatim/event-store';
import { replacing, withFaults } from '../conversation/writer/conversation-writer.fixtures.js';
import { UserStreams } from './user-streams.js';

const userId = randomUUID() as UserId;
const context = { now: '2026-01-01T10:00:00.000Z' as IsoTimestamp };
const audit = { deviceId: null, sessionId: null, correlationId: 'trace', ipClass: null } as const;
const newId = (): CommandId => randomUUID() as CommandId;

const registration: UserCommand = {
  type: 'RegisterUser',
  data: { userId, userName: 'ada', displayName: 'Ada' },
  context,
};
const naming = (displayName: string): UserCommand => ({ type: 'UpdateProfile', data: { displayName }, context });
const device = (): UserCommand => ({
  type: 'RegisterDevice',
  data: { deviceId: randomUUID() as DeviceId, deviceName: 'a phone' },
  context,
});

let store: EventStore;
let users: UserStreams;
const run = (command: UserCommand, commandId = newId()) => users.run(userId, command, commandId, audit);
const storedTypes = async (): Promise<string[]> => {
  const { events } = await store.readStream(userStream(userId), { maxCount: 1_000 });
  return events.map(({ event }) => event.type);
};

beforeEach(async () => {
  store = openMemoryEventStore();
  users = new UserStreams(store);
  await run(registration);
});
afterEach(() => store.close());

describe('a command on a user’s stream', () => {
  it('with an id that is known changes nothing again, whatever came between', async () => {
    const id = newId();
    await run(naming('Ada L.'), id);
    await run(naming('Countess'));
    expect(await run(naming('Ada L.'), id)).toMatchObject({ outcome: 'applied', user: { displayName: 'Countess' } });
    expect(await storedTypes()).toEqual(['UserRegistered', 'ProfileUpdated', 'ProfileUpdated']);
  });

  it('with an id that stands for another content is a mismatch', async () => {
    const id = newId();
    await run(naming('Ada L.'), id);
    expect(await run(naming('Ada B.'), id)).toEqual({ outcome: 'mismatch' });
  });

  it('waits for those before it, so that many at once all succeed', async () => {
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, index) => run(naming(`Ada ${index}`))));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(outcomes.map(() => 'applied'));
    expect(await storedTypes()).toHaveLength(201);
  });

  it('is decided on what those at the same time did', async () => {
    const outcomes = await Promise.all(Array.from({ length: DEVICES_MAX + 1 }, () => run(device())));
    expect(outcomes.filter(({ outcome }) => outcome === 'applied')).toHaveLength(DEVICES_MAX);
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'rejected', rejection: { code: 'too-many-devices' } });
  });

  it('goes on after one that could not be decided', async () => {
    let fails = true;
    const readStream: EventStore['readStream'] = (...args) =>
      fails ? Promise.reject(new Error('EIO')) : store.readStream(...args);
    users = new UserStreams(replacing(store, { readStream }));
    const failed = run(naming('Ada L.'));
    const next = failed.catch(() => (fails = false)).then(() => run(naming('Ada B.')));
    await expect(failed).rejects.toThrow('EIO');
    expect(await next).toMatchObject({ outcome: 'applied' });
  });

  it.each([
    ['reply-lost', 'applied'],
    ['request-lost', 'applied'],
    ['log-full', 'refused'],
  ] as const)('is answered as its append ended: %s', async (fault, outcome) => {
    users = new UserStreams(withFaults(store, [fault]));
    expect(await run(naming('Ada L.'))).toMatchObject({ outcome });
    expect(await storedTypes()).toHaveLength(outcome === 'applied' ? 2 : 1);
  });
});
