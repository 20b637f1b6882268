import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Identity } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { IDENTITY } from '../command-api.tokens.js';
import { actorOf } from '../operation/caller.js';
import { succeedEmpty } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';
import { identityResult } from './identity-result.js';

export class LogoutRequest extends OperationRequest {}

@CommandHandler(LogoutRequest)
export class LogoutHandler implements ICommandHandler<LogoutRequest> {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  execute({ call }: LogoutRequest): Promise<OpResult> {
    return identityResult(call, async () => {
      await this.identity.logout(actorOf(call));
      return succeedEmpty;
    });
  }
}
