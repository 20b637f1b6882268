import { createLogger } from '@verbatim/platform';
import { createMemoryRateLimiter, rateLimitsOf } from '@verbatim/rate-limit';
import { openStateStore } from '@verbatim/state';
import type { StateStore } from '@verbatim/state';
import { settableClock } from '@verbatim/testing/clock';
import type { SettableClock } from '@verbatim/testing/clock';
import type { Actor } from './actor.js';
import { identityConfig } from './identity-config.js';
import type { IdentityConfig } from './identity-config.js';
import { IdentityError } from './identity-error.js';
import type { Identity } from './identity.js';
import { openIdentity } from './open-identity.js';
import type { Tokens } from './session/sign-in.js';
import { identityKeysOf, newIdentityKeyDocument } from './token/identity-keys.js';
import { UnknownUserError } from './user-events.js';
import type { DeviceRevocationReason, UserEventOrigin, UserEvents } from './user-events.js';

export const fromHome = { address: '192.0.2.1' };
export const GOOD_PASSWORD = 'correct horse battery';
export const ada = { userName: 'ada', password: GOOD_PASSWORD };

export type RecordedEvent = { readonly type: string; readonly userId: string; readonly data: object };

/** Streams of users that keep each command once, as the event store's writer does, and that can be made to fail. */
export class RecordedUserEvents implements UserEvents {
  readonly events: RecordedEvent[] = [];
  devicesMax = 50;
  /** `before`: the append never happens. `after`: it happens and its answer is lost. */
  failNext: { readonly type: string; readonly when: 'before' | 'after' } | undefined;
  private readonly commands = new Set<string>();
  private readonly forgotten = new Set<string>();

  nameProblem(name: string): 'name-empty' | null {
    return name.trim() === '' ? 'name-empty' : null;
  }
  async registered(user: { userId: string; userName: string; displayName: string }, origin: UserEventOrigin) {
    this.append('UserRegistered', user, origin);
    this.forgotten.delete(user.userId);
  }
  async deviceRegistered(device: { deviceId: string; deviceName: string }, origin: UserEventOrigin) {
    this.mustKnow(origin);
    const others = this.devicesOf(origin.userId).filter((deviceId) => deviceId !== device.deviceId);
    if (others.length >= this.devicesMax) return 'too-many-devices' as const;
    this.append('DeviceRegistered', device, origin);
    return 'registered' as const;
  }
  async deviceRevoked(device: { deviceId: string; reason: DeviceRevocationReason }, origin: UserEventOrigin) {
    this.mustKnow(origin);
    this.append('DeviceRevoked', device, origin);
  }
  async passwordChanged(change: { keptSessionId: string }, origin: UserEventOrigin) {
    this.mustKnow(origin);
    this.append('PasswordChanged', change, origin);
  }

  /** As a log does that was restored from a moment before the user's registration. */
  forget(userId: string): void {
    this.forgotten.add(userId);
    const kept = this.events.splice(0).filter((event) => event.userId !== userId);
    this.events.push(...kept);
    for (const command of this.commands) if (command.startsWith(userId)) this.commands.delete(command);
  }
  ofType(type: string): readonly RecordedEvent[] {
    return this.events.filter((event) => event.type === type);
  }
  /** Ids of the devices that the user's stream has registered and not revoked. */
  devicesOf(userId: string): readonly string[] {
    const devices = new Set<string>();
    for (const { type, data, userId: owner } of this.events) {
      const { deviceId } = data as { deviceId: string };
      if (owner !== userId) continue;
      if (type === 'DeviceRegistered') devices.add(deviceId);
      if (type === 'DeviceRevoked') devices.delete(deviceId);
    }
    return [...devices];
  }

  private mustKnow({ userId }: UserEventOrigin): void {
    if (this.forgotten.has(userId)) throw new UnknownUserError(userId);
  }

  private append(type: string, data: object, { userId, commandId }: UserEventOrigin): void {
    const failure = this.failNext?.type === type ? this.failNext.when : undefined;
    if (failure !== undefined) this.failNext = undefined;
    if (failure === 'before') throw new Error(`${type} is not appended`);
    const command = `${userId} ${commandId}`;
    if (!this.commands.has(command)) this.events.push({ type, userId, data });
    this.commands.add(command);
    if (failure === 'after') throw new Error(`the answer to ${type} is lost`);
  }
}

export type IdentityUnderTest = {
  readonly identity: Identity;
  readonly state: StateStore;
  readonly events: RecordedUserEvents;
  readonly clock: SettableClock;
  readonly config: IdentityConfig;
  /** The same accounts, events and keys in a process that starts anew. */
  readonly restarted: () => Promise<Identity>;
};

export type TestOptions = {
  readonly state?: StateStore;
  readonly limitScale?: number;
  readonly config?: Partial<IdentityConfig>;
};

const LIMITS_OUT_OF_THE_WAY = 1_000;
export const testKeys = await identityKeysOf(newIdentityKeyDocument('2026-01-01T00:00:00.000Z'));

export const openTestIdentity = async (options: TestOptions = {}): Promise<IdentityUnderTest> => {
  const state = options.state ?? (await openStateStore('memory:'));
  const clock = settableClock();
  const events = new RecordedUserEvents();
  const config = { ...identityConfig({}, '/data'), passwordHashConcurrency: 2, ...options.config };
  const logger = createLogger({ name: 'spec', level: 'silent' });
  const limits = rateLimitsOf(options.limitScale ?? LIMITS_OUT_OF_THE_WAY);
  const start = (): Promise<Identity> => {
    const limiter = createMemoryRateLimiter({ nowMs: clock.nowMs });
    return openIdentity({ state, events, limiter, limits, clock, keys: testKeys, config, logger });
  };
  return { identity: await start(), state, events, clock, config, restarted: start };
};

export const actorOf = ({ userId, deviceId, sessionId }: Tokens): Actor => ({
  userId,
  deviceId,
  sessionId,
  role: 'user',
});

/** The code that a call is refused with; fails the spec when it is not refused. */
export const refusalOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof IdentityError) return error.code;
    throw error;
  }
  throw new Error('the call was not refused');
};
