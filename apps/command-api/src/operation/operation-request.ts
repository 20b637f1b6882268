import { Command } from '@nestjs/cqrs';
import type { OperationCall } from '@verbatim/http-edge';
import type { OpResult } from '@verbatim/protocol';

/** Wraps a validated call for the command bus, which finds the handler by the class; each use case extends it by name. */
export abstract class OperationRequest extends Command<OpResult> {
  constructor(readonly call: OperationCall) {
    super();
  }
}
