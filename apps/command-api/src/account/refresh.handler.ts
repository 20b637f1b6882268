import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Identity } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { IDENTITY } from '../command-api.tokens.js';
import { OperationRequest } from '../operation/operation-request.js';
import { identityResult, tokensResult } from './identity-result.js';

export class RefreshRequest extends OperationRequest {}

@CommandHandler(RefreshRequest)
export class RefreshHandler implements ICommandHandler<RefreshRequest> {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  execute({ call }: RefreshRequest): Promise<OpResult> {
    const refreshToken = call.d['refreshToken'] as string;
    return identityResult(call, async () => tokensResult(200, await this.identity.refresh(refreshToken, call)));
  }
}
