import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ChangePasswordRequest as ChangePasswordData, Identity } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { IDENTITY } from '../command-api.tokens.js';
import { actorOf } from '../operation/caller.js';
import { succeedEmpty } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';
import { identityResult } from './identity-result.js';

export class ChangePasswordRequest extends OperationRequest {}

@CommandHandler(ChangePasswordRequest)
export class ChangePasswordHandler implements ICommandHandler<ChangePasswordRequest> {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  execute({ call }: ChangePasswordRequest): Promise<OpResult> {
    const request = call.d as unknown as ChangePasswordData;
    return identityResult(call, async () => {
      await this.identity.changePassword(actorOf(call), request);
      return succeedEmpty;
    });
  }
}
