import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Identity } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { IDENTITY } from '../command-api.tokens.js';
import { actorOf } from '../operation/caller.js';
import { succeedEmpty } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';
import { identityResult } from '../account/identity-result.js';

export class RevokeDeviceRequest extends OperationRequest {}

@CommandHandler(RevokeDeviceRequest)
export class RevokeDeviceHandler implements ICommandHandler<RevokeDeviceRequest> {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  execute({ call }: RevokeDeviceRequest): Promise<OpResult> {
    const deviceId = call.d['deviceId'] as string;
    return identityResult(call, async () => {
      await this.identity.revokeDevice(actorOf(call), deviceId);
      return succeedEmpty;
    });
  }
}
