import type { Faults } from '../faults/faults.js';
import type { EventLog } from '../log/event-log.js';
import { badRequest, notLeader, streamDeleted, unavailable } from '../wire/failures.js';
import type { StreamsServer } from '../wire/messages.js';
import { readPage } from './page-read.js';
import { readRequest, type ReadRequest } from './read-request.js';
import { ResponseStream, type ReadCall } from './response-stream.js';
import { subscribe, type SubscriptionManners } from './subscription.js';

/** Reads of streams and of `$all`, with an end or without. */
export class ReadService {
  readonly #subscriptions = new Set<ResponseStream>();

  constructor(
    private readonly log: EventLog,
    private readonly faults: Faults,
    private readonly manners: SubscriptionManners,
  ) {}

  readonly read: StreamsServer['read'] = (call) => {
    this.#read(call).catch((error: unknown) => call.emit('error', badRequest(error)));
  };

  /** As a server that closes connections would. */
  readonly endSubscriptions = (): void => {
    for (const responses of this.#subscriptions) responses.fail(unavailable('the subscription was ended'));
  };

  /** Those that run now stay open and deliver nothing more. */
  readonly muteSubscriptions = (): void => {
    for (const responses of this.#subscriptions) responses.mute();
  };

  async #read(call: ReadCall): Promise<void> {
    const options = call.request.getOptions();
    if (options === undefined) throw new TypeError('the options are missing');
    const request = readRequest(options);
    const responses = new ResponseStream(call, request.hasStructuredIds);
    if (this.faults.leader !== null) return responses.fail(notLeader(this.faults.leader));
    if (request.stream !== null && this.log.index.isTombstoned(request.stream))
      return responses.fail(streamDeleted(request.stream));
    if (request.count !== null) await readPage(this.log, request, responses);
    else await this.#subscribe(request, responses);
  }

  async #subscribe(request: ReadRequest, responses: ResponseStream): Promise<void> {
    this.#subscriptions.add(responses);
    await subscribe(this.log, request, responses, this.manners);
    this.#subscriptions.delete(responses);
  }
}
