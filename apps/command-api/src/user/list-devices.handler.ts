import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Identity } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';
import { identityResult } from '../account/identity-result.js';
import { IDENTITY } from '../command-api.tokens.js';
import { actorOf } from '../operation/caller.js';
import { succeed } from '../operation/op-results.js';
import { OperationRequest } from '../operation/operation-request.js';

export class ListDevicesRequest extends OperationRequest {}

@CommandHandler(ListDevicesRequest)
export class ListDevicesHandler implements ICommandHandler<ListDevicesRequest> {
  constructor(@Inject(IDENTITY) private readonly identity: Identity) {}

  execute({ call }: ListDevicesRequest): Promise<OpResult> {
    return identityResult(call, async () => succeed(200, { devices: await this.identity.devicesOf(actorOf(call)) }));
  }
}
