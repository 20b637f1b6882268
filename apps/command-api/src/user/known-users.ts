import { MEMBERS_ADDED_MAX, type UserId } from '@verbatim/domain';
import type { OperationCall } from '@verbatim/http-edge';
import { type Identity, IdentityError } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { fail } from '../operation/op-results.js';

/** Asks State, the only place that knows who exists, whether accounts do. */
export class KnownUsers {
  constructor(private readonly identity: Pick<Identity, 'accountOf'>) {}

  /** Null when all exist. Of more than one command may name nobody is looked up: the conversation refuses them for that. */
  async refusalOf({ traceId }: OperationCall, userIds: readonly UserId[]): Promise<OpResult | null> {
    if (userIds.length > MEMBERS_ADDED_MAX) return null;
    try {
      const accounts = await Promise.all([...new Set(userIds)].map((userId) => this.identity.accountOf(userId)));
      return accounts.includes(null) ? fail('user-not-found', { traceId }) : null;
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return fail(error.code, { traceId });
    }
  }
}
