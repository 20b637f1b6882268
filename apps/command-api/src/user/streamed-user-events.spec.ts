import { randomUUID } from 'node:crypto';
import { type UserId, userStream } from '@verbatim/domain';
import { type EventStore, openMemoryEventStore } from '@verbatim/event-store';
import { UnknownUserError } from '@verbatim/identity';
import { withFaults } from '../conversation/writer/conversation-writer.fixtures.js';
import { StreamedUserEvents } from './streamed-user-events.js';
import { isUserInLog } from './user-in-log.js';
import { UserStreams } from './user-streams.js';

const userId = randomUUID();
const [deviceId, sessionId] = [randomUUID(), randomUUID()];
const ada = { userId, userName: 'ada', displayName: 'Ada' };
const phone = { deviceId, deviceName: 'a phone' };
const origin = (commandId: string = randomUUID()) => ({ userId, deviceId, sessionId, commandId });

let store: EventStore;
const faults: ('log-full' | 'reply-lost')[] = [];
const events = (): StreamedUserEvents => new StreamedUserEvents(new UserStreams(withFaults(store, faults)));
const recorded = async () => (await store.readStream(userStream(userId as UserId), { maxCount: 100 })).events;

beforeEach(() => {
  faults.length = 0;
  store = openMemoryEventStore();
});
afterEach(() => store.close());

describe('the events of identity', () => {
  it('are appended to the user’s stream, each once however often it is told', async () => {
    const told = events();
    for (const commandId of ['a', 'a'].map(() => '01890000-0000-7000-8000-0000000000f1')) {
      await told.registered(ada, origin(commandId));
    }
    expect(await told.deviceRegistered(phone, origin())).toBe('registered');
    await told.passwordChanged({ keptSessionId: sessionId }, origin());
    await told.deviceRevoked({ deviceId, reason: 'signed-out' }, origin());
    expect((await recorded()).map(({ event }) => event.type)).toEqual([
      'UserRegistered',
      'DeviceRegistered',
      'PasswordChanged',
      'DeviceRevoked',
    ]);
  });

  it('say who acted from where, and nothing of what he wrote', async () => {
    await events().registered(ada, origin('01890000-0000-7000-8000-0000000000f2'));
    expect((await recorded())[0]?.metadata).toMatchObject({
      actorId: userId,
      deviceId,
      sessionId,
      commandId: '01890000-0000-7000-8000-0000000000f2',
      ipClass: null,
    });
  });

  it('are refused with a code when the log is full, and can be told again', async () => {
    faults.push('log-full');
    await expect(events().registered(ada, origin())).rejects.toMatchObject({ code: 'log-full' });
    await events().registered(ada, origin());
    expect(await recorded()).toHaveLength(1);
  });

  it('fail loudly when a rule refuses what identity had checked', async () => {
    await expect(events().registered({ ...ada, userName: 'A D A' }, origin())).rejects.toThrow('user-name-invalid');
  });

  it('are refused for a user whom a restored log does not know, until it is told of him again', async () => {
    const told = events();
    const steps = [
      () => told.deviceRegistered(phone, origin()),
      () => told.passwordChanged({ keptSessionId: sessionId }, origin()),
      () => told.deviceRevoked({ deviceId, reason: 'revoked' }, origin()),
    ];
    for (const step of steps) await expect(step()).rejects.toThrow(UnknownUserError);
    expect(await isUserInLog(store, userId)).toBe(false);
    await told.registered(ada, origin());
    for (const step of steps) await step();
    expect(await isUserInLog(store, userId)).toBe(true);
  });

  it('know a name that nobody may have', () => {
    expect([events().nameProblem('Ada'), events().nameProblem('\n')]).toEqual([null, 'name-empty']);
  });
});
