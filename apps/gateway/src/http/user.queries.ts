import type { UserId } from '@verbatim/domain';
import type { UserGetRequest } from '@verbatim/protocol';
import type { ReadModels, UserProfile } from '@verbatim/read-models';
import type { OwnOperation } from '../command/gateway-operations.js';
import { ok, OperationError } from '../command/operation-error.js';
import { caughtUp } from './catch-up.js';

const profileOf = ({ userId, userName, displayName }: UserProfile) => ({ userId, userName, displayName });

export const userMe =
  (readModels: ReadModels): OwnOperation =>
  async ({ actor, seen }) => {
    await caughtUp(readModels, ['users-v1'], seen);
    const profile = await readModels.users.byId(actor.userId as UserId);
    // Whoever holds a token is registered: the projection has not come to it yet.
    if (profile === null) throw new OperationError('behind');
    return ok(profileOf(profile));
  };

export const userGet =
  (readModels: ReadModels): OwnOperation =>
  async ({ d, seen }) => {
    await caughtUp(readModels, ['users-v1'], seen);
    const { userId, userName } = d as UserGetRequest;
    const profile =
      userId === undefined
        ? await readModels.users.byName(userName ?? '')
        : await readModels.users.byId(userId as UserId);
    if (profile === null) throw new OperationError('user-not-found');
    return ok(profileOf(profile));
  };
