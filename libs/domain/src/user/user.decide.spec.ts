import { accept } from '../kernel/decision.js';
import type { DeviceId } from '../kernel/ids.js';
import { NAME_MAX_BYTES, NAME_MAX_GRAPHEMES } from '../kernel/name.js';
import { uuidOf } from '../kernel/people.fixtures.js';
import { evolveUser } from './user.evolve.js';
import {
  changePassword,
  deviceRegistered,
  deviceRevoked,
  given,
  laptop,
  passwordChanged,
  phone,
  profileUpdated,
  register,
  registerDevice,
  registered,
  revokeDevice,
  updateProfile,
} from './user.fixtures.js';
import { DEVICES_MAX } from './user.limits.js';
import { initialUser } from './user.state.js';

const notFound = { code: 'user-not-found' } as const;
const tooLong = { code: 'name-too-long', graphemesMax: NAME_MAX_GRAPHEMES, bytesMax: NAME_MAX_BYTES } as const;

describe('registering', () => {
  it('records names and time', () => given().when(register()).then(registered()));

  it('may be repeated under the same user name, and the first display name stays', () => {
    given(registered()).when(register()).thenNothing();
    given(registered())
      .when(register({ displayName: 'Countess' }))
      .thenNothing();
  });

  it('is refused where another user name is registered', () =>
    given(registered())
      .when(register({ userName: 'bob' }))
      .thenRejected({ code: 'user-exists' }));

  it.each(['a1', '0a', 'a.b-c_d', 'a'.repeat(32)])('takes %j as a user name', (userName) =>
    given().when(register({ userName })).then(registered({ userName })),
  );

  it.each(['', 'a', 'a'.repeat(33), 'Ada', '.ada', '-ada', 'a b', 'adá', 'ada\n'])(
    'does not take %j as a user name',
    (userName) => given().when(register({ userName })).thenRejected({ code: 'user-name-invalid' }),
  );

  it('is refused for a display name that is none', () => {
    given()
      .when(register({ displayName: '' }))
      .thenRejected({ code: 'name-empty' });
    given()
      .when(register({ displayName: 'a\nb' }))
      .thenRejected({ code: 'name-invalid' });
  });
});

describe('updating a profile', () => {
  it('records the new display name', () =>
    given(registered()).when(updateProfile('Countess')).then(profileUpdated('Countess')));

  it('changes nothing when the name is the one he has', () => {
    given(registered()).when(updateProfile('Ada')).thenNothing();
    given(registered(), profileUpdated('Countess')).when(updateProfile('Countess')).thenNothing();
  });

  it('is refused for a display name that is none', () => {
    given(registered()).when(updateProfile('\u200b')).thenRejected({ code: 'name-empty' });
    given(registered()).when(updateProfile('a\u202eb')).thenRejected({ code: 'name-invalid' });
    given(registered())
      .when(updateProfile('n'.repeat(NAME_MAX_GRAPHEMES + 1)))
      .thenRejected(tooLong);
  });
});

describe('registering a device', () => {
  it('is recorded', () => given(registered()).when(registerDevice(phone)).then(deviceRegistered(phone)));

  it('changes nothing for a device that is registered under that name', () =>
    given(registered(), deviceRegistered(phone)).when(registerDevice(phone)).thenNothing());

  it('renames a device that comes under another name', () =>
    given(registered(), deviceRegistered(phone))
      .when(registerDevice(phone, 'red'))
      .then(deviceRegistered(phone, 'red')));

  it('brings back a device that was revoked', () =>
    given(registered(), deviceRegistered(phone), deviceRevoked(phone))
      .when(registerDevice(phone))
      .then(deviceRegistered(phone)));

  it('is refused for a device name that is none', () => {
    given(registered()).when(registerDevice(phone, ' ')).thenRejected({ code: 'name-empty' });
    given(registered()).when(registerDevice(phone, 'a\u0007')).thenRejected({ code: 'name-invalid' });
  });

  const devices = (count: number) =>
    Array.from({ length: count }, (_, index) => deviceRegistered(uuidOf(100 + index) as DeviceId));

  it('takes the last device that is allowed and refuses the next', () => {
    given(registered(), ...devices(DEVICES_MAX - 1))
      .when(registerDevice(phone))
      .then(deviceRegistered(phone));
    given(registered(), ...devices(DEVICES_MAX))
      .when(registerDevice(phone))
      .thenRejected({ code: 'too-many-devices', devicesMax: DEVICES_MAX });
  });

  it('still renames one of as many as are allowed', () => {
    const known = uuidOf(100) as DeviceId;
    given(registered(), ...devices(DEVICES_MAX))
      .when(registerDevice(known, 'red'))
      .then(deviceRegistered(known, 'red'));
  });

  it('has room again when one was revoked', () =>
    given(registered(), ...devices(DEVICES_MAX), deviceRevoked(uuidOf(100) as DeviceId))
      .when(registerDevice(phone))
      .then(deviceRegistered(phone)));
});

describe('revoking a device', () => {
  it('is recorded with its reason', () =>
    given(registered(), deviceRegistered(phone)).when(revokeDevice(phone)).then(deviceRevoked(phone)));

  it('changes nothing for a device that is not registered', () => {
    given(registered()).when(revokeDevice(phone)).thenNothing();
    given(registered(), deviceRegistered(phone), deviceRegistered(laptop), deviceRevoked(phone))
      .when(revokeDevice(phone))
      .thenNothing();
  });
});

describe('changing the password', () => {
  it('is recorded each time, with the session that stays', () =>
    given(registered())
      .when(changePassword('kept'))
      .then(passwordChanged('kept'), accept(passwordChanged('kept'))));
});

describe('a user who is not registered', () => {
  it.each([
    ['updates no profile', updateProfile('Ada')],
    ['registers no device', registerDevice(phone)],
    ['revokes no device', revokeDevice(phone)],
    ['changes no password', changePassword('kept')],
  ])('%s', (_, command) => given().when(command).thenRejected(notFound));

  it('has no history to fold', () => {
    expect(() => evolveUser(initialUser(), profileUpdated('Ada'))).toThrow(/first event/);
  });
});
