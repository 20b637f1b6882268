import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Identity, LoginRequest as LoginRequestData } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { IDENTITY } from '../command-api.tokens.js';
import { OperationRequest } from '../operation/operation-request.js';
import { identityResult, tokensResult } from './identity-result.js';

export class LoginRequest extends OperationRequest {}

@CommandHandler(LoginRequest)
export class LoginHandler implements ICommandHandler<LoginRequest> {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  execute({ call }: LoginRequest): Promise<OpResult> {
    const request = call.d as unknown as LoginRequestData;
    return identityResult(call, async () => tokensResult(200, await this.identity.login(request, call)));
  }
}
