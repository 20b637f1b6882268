import type { UserId } from '@verbatim/domain';

/** Asks State, the only place that knows who exists, whether accounts do. */
export abstract class KnownUsers {
  abstract areAllKnown(userIds: readonly UserId[]): Promise<boolean>;
}
