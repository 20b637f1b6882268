import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { User } from '@verbatim/domain';
import { type Clock, systemClock } from '@verbatim/platform';
import type { OpResult } from '@verbatim/protocol';
import { auditOf, callerOf, commandIdOf, contextOf } from '../operation/caller.js';
import { fail, succeed } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';
import { codeOfUnrecorded } from '../operation/unrecorded.js';
import { type UserOutcome, UserStreams } from './user-streams.js';

export class UpdateProfileRequest extends OperationRequest {}

@CommandHandler(UpdateProfileRequest)
export class UpdateProfileHandler implements ICommandHandler<UpdateProfileRequest> {
  private readonly clock: Clock = systemClock;

  constructor(private readonly users: UserStreams) {}

  async execute({ call }: UpdateProfileRequest): Promise<OpResult> {
    const { now } = contextOf(call, this.clock);
    const data = { displayName: call.d['displayName'] as string };
    const command = { type: 'UpdateProfile', data, context: { now } } as const;
    return resultOf(await this.users.run(callerOf(call), command, commandIdOf(call), auditOf(call)), call.traceId);
  }
}

const resultOf = (outcome: UserOutcome, traceId: string): OpResult => {
  switch (outcome.outcome) {
    case 'applied':
      return succeed(200, profileOf(outcome.user));
    case 'rejected':
      // `user-exists` belongs to registration alone.
      return fail(outcome.rejection.code === 'user-exists' ? 'internal' : outcome.rejection.code, { traceId });
    default:
      return fail(codeOfUnrecorded(outcome), { traceId });
  }
};

const profileOf = (user: User): object => {
  if (user.kind !== 'registered') throw new Error('a profile was changed of a user who is not registered');
  return { userId: user.userId, userName: user.userName, displayName: user.displayName };
};
