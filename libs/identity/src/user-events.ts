import type { ErrorCode } from '@verbatim/protocol';

/** Who an event is recorded for, and the id that makes its append repeatable. */
export type UserEventOrigin = {
  readonly userId: string;
  readonly deviceId: string;
  /** Null where no session exists yet. */
  readonly sessionId: string | null;
  /** UUID. The same id for the same user means the same event: the append happens once, however often it is asked for. */
  readonly commandId: string;
};

/**
 * Appends what happened to an account to its stream `user-<userId>`; implemented by the event store's only writer. A promise that
 * resolves means durable. Every method may be called again with the same origin, also after a crash, and then changes nothing.
 * All but `registered` throw `UnknownUserError` for a user whose registration is not in the log; identity tells it again.
 * What else it throws passes through identity unchanged, and the step is repeated later.
 */
export interface UserEvents {
  /** Why the text is no name for a person or device, by the rules of the domain; null when it is one. */
  nameProblem(name: string): Extract<ErrorCode, 'name-empty' | 'name-invalid' | 'name-too-long'> | null;
  registered(
    user: { readonly userId: string; readonly userName: string; readonly displayName: string },
    origin: UserEventOrigin,
  ): Promise<void>;
  /** `too-many-devices`: nothing was appended. A device that is registered already changes nothing. */
  deviceRegistered(
    device: { readonly deviceId: string; readonly deviceName: string },
    origin: UserEventOrigin,
  ): Promise<'registered' | 'too-many-devices'>;
  deviceRevoked(
    device: { readonly deviceId: string; readonly reason: DeviceRevocationReason },
    origin: UserEventOrigin,
  ): Promise<void>;
  passwordChanged(change: { readonly keptSessionId: string }, origin: UserEventOrigin): Promise<void>;
}

/** The user's stream has no `UserRegistered`: the log was restored from a moment before it. Nothing was appended. */
export class UnknownUserError extends Error {
  override readonly name = 'UnknownUserError';

  constructor(readonly userId: string) {
    super(`the log does not know the user ${userId}`);
  }
}

export type DeviceRevocationReason = 'signed-out' | 'revoked' | 'refresh-token-reused';
