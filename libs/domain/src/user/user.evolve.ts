import { assertNever } from '../kernel/assert-never.js';
import type { UserEvent, UserRegistered } from './user.events.js';
import type { RegisteredUser, User } from './user.state.js';

type LaterEvent = Exclude<UserEvent, UserRegistered>;

const change = (user: RegisteredUser, event: LaterEvent): User => {
  switch (event.type) {
    case 'ProfileUpdated':
      user.displayName = event.data.displayName;
      return user;
    case 'DeviceRegistered':
      user.devices.set(event.data.deviceId, event.data.deviceName);
      return user;
    case 'DeviceRevoked':
      user.devices.delete(event.data.deviceId);
      return user;
    case 'PasswordChanged':
      return user;
    default:
      return assertNever(event);
  }
};

/** Takes ownership of `user`: a registered one is changed in place. Go on with what is returned. */
export const evolveUser = (user: User, event: UserEvent): User => {
  if (event.type === 'UserRegistered') {
    const { userId, userName, displayName } = event.data;
    return { kind: 'registered', userId, userName, displayName, devices: new Map() };
  }
  // A decider writes no such history: the stream is damaged, or another stream's events were handed in.
  if (user.kind === 'absent') throw new Error(`${event.type} cannot be the first event of a user`);
  return change(user, event);
};
