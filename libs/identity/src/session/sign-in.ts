import { uuidV7 } from '@verbatim/platform';
import type { Actor, Role } from '../actor.js';
import { IdentityError } from '../identity-error.js';
import type { AccessTokens } from '../token/access-tokens.js';
import type { UserEvents } from '../user-events.js';
import type { Devices } from './devices.js';
import type { Sessions } from './sessions.js';

/** What a client gets that has proved who it is. `accessTokenExpiresAt` is ISO-8601 UTC. */
export type Tokens = {
  readonly userId: string;
  readonly deviceId: string;
  readonly sessionId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
};

export type SignInRequest = {
  readonly userId: string;
  readonly role: Role;
  /** Of the password that was checked. */
  readonly passwordNumber: number;
  readonly deviceId?: string | undefined;
  readonly deviceName?: string | undefined;
};

export type SignInDeps = {
  readonly sessions: Sessions;
  readonly devices: Devices;
  readonly events: UserEvents;
  readonly accessTokens: AccessTokens;
};

/** Begins a session on a device for somebody whose password was checked. */
export class SignIn {
  constructor(private readonly deps: SignInDeps) {}

  /** @throws IdentityError `too-many-devices`; `session-ended` when the same device signed in elsewhere meanwhile */
  async begin(request: SignInRequest): Promise<Tokens> {
    const { userId, role, passwordNumber, deviceId: wanted, deviceName: name } = request;
    const { sessions, devices } = this.deps;
    const sessionId = uuidV7();
    const device = await devices.claim({ userId, deviceId: wanted, deviceName: name, sessionId });
    const { deviceId } = device;
    // Before the device is registered anew: what it leaves behind must not revoke it afterwards.
    if (deviceId === wanted)
      await sessions.endOf(userId, ({ document }) => document.deviceId === deviceId, 'signed-out');
    await this.registerDevice(userId, device, sessionId);
    const refreshToken = await sessions.begin({ sessionId, userId, deviceId, passwordNumber });
    if (!(await devices.belongsTo(deviceId, sessionId))) {
      await sessions.drop(sessionId);
      throw new IdentityError('session-ended');
    }
    return this.tokensFor({ userId, deviceId, sessionId, role }, refreshToken);
  }

  async tokensFor(actor: Actor, refreshToken: string): Promise<Tokens> {
    const { userId, deviceId, sessionId } = actor;
    const { accessToken, expiresAtMs } = await this.deps.accessTokens.issue(actor);
    const accessTokenExpiresAt = new Date(expiresAtMs).toISOString();
    return { userId, deviceId, sessionId, accessToken, accessTokenExpiresAt, refreshToken };
  }

  private async registerDevice(
    userId: string,
    device: { readonly deviceId: string; readonly deviceName: string },
    sessionId: string,
  ): Promise<void> {
    const { events, devices } = this.deps;
    const origin = { userId, deviceId: device.deviceId, sessionId, commandId: uuidV7() };
    if ((await events.deviceRegistered(device, origin)) === 'registered') return;
    await this.revokeDormantDevices(userId, sessionId);
    if ((await events.deviceRegistered(device, { ...origin, commandId: uuidV7() })) === 'registered') return;
    await devices.markRevoked(device.deviceId, sessionId);
    throw new IdentityError('too-many-devices');
  }

  /** Devices whose session ran out unused make room. */
  private async revokeDormantDevices(userId: string, exceptSessionId: string): Promise<void> {
    const { sessions, devices } = this.deps;
    for (const { id: deviceId, document } of await devices.registeredTo(userId)) {
      const { sessionId } = document;
      if (sessionId === exceptSessionId || (await sessions.isLive(sessionId))) continue;
      await sessions.retire({ userId, deviceId, sessionId }, 'signed-out');
    }
  }
}
