import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Identity, RegisterRequest as RegisterRequestData } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { IDENTITY } from '../command-api.tokens.js';
import { OperationRequest } from '../operation/operation-request.js';
import { identityResult, tokensResult } from './identity-result.js';

export class RegisterRequest extends OperationRequest {}

@CommandHandler(RegisterRequest)
export class RegisterHandler implements ICommandHandler<RegisterRequest> {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  execute({ call }: RegisterRequest): Promise<OpResult> {
    const request = call.d as unknown as RegisterRequestData;
    return identityResult(call, async () => tokensResult(201, await this.identity.register(request, call)));
  }
}
