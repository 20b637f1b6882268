import {
  type CommandId,
  type DeviceId,
  type IsoTimestamp,
  type UserCommand,
  type UserId,
  nameRejectionOf,
} from '@verbatim/domain';
import { IdentityError, UnknownUserError, type UserEventOrigin, type UserEvents } from '@verbatim/identity';
import { type Clock, systemClock } from '@verbatim/platform';
import { codeOfUnrecorded } from '../operation/unrecorded.js';
import type { UserOutcome, UserStreams } from './user-streams.js';

/** Identity's events, appended to the user's stream. What cannot be appended throws `IdentityError`; the step is repeated. */
export class StreamedUserEvents implements UserEvents {
  constructor(
    private readonly users: UserStreams,
    private readonly clock: Clock = systemClock,
  ) {}

  nameProblem(name: string): ReturnType<UserEvents['nameProblem']> {
    return nameRejectionOf(name)?.code ?? null;
  }

  async registered(user: Parameters<UserEvents['registered']>[0], origin: UserEventOrigin): Promise<void> {
    await this.mustApply({ type: 'RegisterUser', data: { ...user, userId: user.userId as UserId } }, origin);
  }

  async deviceRegistered(
    device: Parameters<UserEvents['deviceRegistered']>[0],
    origin: UserEventOrigin,
  ): Promise<'registered' | 'too-many-devices'> {
    const data = { ...device, deviceId: device.deviceId as DeviceId };
    const outcome = await this.run({ type: 'RegisterDevice', data }, origin);
    if (outcome.outcome === 'applied') return 'registered';
    if (outcome.outcome === 'rejected' && outcome.rejection.code === 'too-many-devices') return 'too-many-devices';
    throw errorOf(outcome, origin);
  }

  async deviceRevoked(device: Parameters<UserEvents['deviceRevoked']>[0], origin: UserEventOrigin): Promise<void> {
    await this.mustApply({ type: 'RevokeDevice', data: { ...device, deviceId: device.deviceId as DeviceId } }, origin);
  }

  async passwordChanged(data: { readonly keptSessionId: string }, origin: UserEventOrigin): Promise<void> {
    await this.mustApply({ type: 'ChangePassword', data }, origin);
  }

  private async mustApply(command: WithoutContext<UserCommand>, origin: UserEventOrigin): Promise<void> {
    const outcome = await this.run(command, origin);
    if (outcome.outcome !== 'applied') throw errorOf(outcome, origin);
  }

  private run(command: WithoutContext<UserCommand>, origin: UserEventOrigin): Promise<UserOutcome> {
    const context = { now: this.clock.nowIso() as IsoTimestamp };
    return this.users.run(
      origin.userId as UserId,
      { ...command, context } as UserCommand,
      origin.commandId as CommandId,
      {
        deviceId: origin.deviceId as DeviceId,
        sessionId: origin.sessionId,
        correlationId: origin.commandId,
        ipClass: null,
      },
    );
  }
}

type WithoutContext<Command> = Command extends UserCommand ? Omit<Command, 'context'> : never;

const errorOf = (outcome: Exclude<UserOutcome, { outcome: 'applied' }>, { userId }: UserEventOrigin): Error => {
  if (outcome.outcome === 'rejected' && outcome.rejection.code === 'user-not-found')
    return new UnknownUserError(userId);
  // Identity has checked names and existence: a rule that refuses now was not foreseen.
  if (outcome.outcome === 'rejected') return new Error(`a user event was refused: ${outcome.rejection.code}`);
  return new IdentityError(codeOfUnrecorded(outcome));
};
