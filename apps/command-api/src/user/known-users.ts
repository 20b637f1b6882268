import type { UserId } from '@verbatim/domain';
import type { Identity } from '@verbatim/identity';

/** Asks State, the only place that knows who exists, whether accounts do. */
export class KnownUsers {
  constructor(private readonly identity: Identity) {}

  async areAllKnown(userIds: readonly UserId[]): Promise<boolean> {
    const accounts = await Promise.all([...new Set(userIds)].map((userId) => this.identity.accountOf(userId)));
    return accounts.every((account) => account !== null);
  }
}
