import { type HttpServer, type OperationCall, type OperationHandler, sendProblem } from '@verbatim/http-edge';
import { type OperationName, type OpResult, protocolError } from '@verbatim/protocol';
import { checkRequest } from '@verbatim/protocol/schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ChannelLimits, channelLimits } from '../channel-limits.js';
import { callsOf } from '../wire/call-text.js';
import { CHANNEL_PATH } from '../wire/channel-route.js';
import { secretCheck } from '../wire/channel-secret.js';
import { AnswerStream } from './answer-stream.js';

export type ChannelEndpointOptions = {
  readonly secret: string;
  /** Executes one call as it would in process. */
  readonly execute: OperationHandler;
  /** Told of every failure that no client caused. */
  readonly onError: (error: unknown, traceId: string) => void;
  readonly limits?: Partial<ChannelLimits>;
};

/** The end of the channel in a command-api. */
export type ChannelEndpoint = {
  /** Refuses what comes from now on, so that gateways send it elsewhere. Resolves when what was taken is answered. */
  readonly drain: () => Promise<void>;
  readonly executing: () => number;
};

/** Takes the calls of gateways: whoever knows the secret is believed about who calls. Nobody else has his body read. */
export const mountCommandChannel = (server: HttpServer, options: ChannelEndpointOptions): ChannelEndpoint => {
  const limits = { ...channelLimits, ...options.limits };
  const isSecret = secretCheck(options.secret);
  const desk = new CallDesk(options, limits);
  const admit = async ({ headers, traceId }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!isSecret(headers.authorization)) {
      const code = headers.authorization === undefined ? 'not-authenticated' : 'token-invalid';
      return void sendProblem(reply, protocolError(code, { traceId }));
    }
    if (desk.isDraining) sendProblem(reply.header('connection', 'close'), protocolError('unavailable', { traceId }));
  };
  server.get(CHANNEL_PATH, { onRequest: admit }, (_request, reply) => reply.code(204).send());
  server.post(CHANNEL_PATH, { onRequest: admit, bodyLimit: limits.bodyMaxBytes }, (request, reply) => {
    const calls = callsOf(request.body, limits.batchMaxCalls, performance.now());
    if (calls === null) return sendProblem(reply, protocolError('invalid-request', { traceId: request.traceId }));
    reply.hijack();
    desk.execute(calls, new AnswerStream(reply.raw, calls.length, limits.heartbeatMs));
    return reply;
  });
  return { drain: () => desk.drain(), executing: () => desk.executing };
};

/** Executes calls side by side and hands each answer over as soon as it is there. */
class CallDesk {
  isDraining = false;
  executing = 0;
  readonly #idle = Promise.withResolvers<void>();

  constructor(
    private readonly options: ChannelEndpointOptions,
    private readonly limits: ChannelLimits,
  ) {}

  execute(calls: readonly OperationCall[], answers: AnswerStream): void {
    for (const [number, call] of calls.entries()) {
      this.executing += 1;
      void this.#resultOf(call).then((result) => {
        answers.answer(number, result);
        this.executing -= 1;
        this.#tellIdle();
      });
    }
  }

  drain(): Promise<void> {
    this.isDraining = true;
    this.#tellIdle();
    return this.#idle.promise;
  }

  #tellIdle(): void {
    if (this.isDraining && this.executing === 0) this.#idle.resolve();
  }

  async #resultOf(call: OperationCall): Promise<OpResult> {
    const { traceId } = call;
    if (this.executing > this.limits.executingMaxCalls)
      return { ok: false, error: protocolError('overloaded', { traceId }) };
    const checked = checkRequest(call.op as OperationName, call.d);
    if (!checked.ok)
      return { ok: false, error: protocolError('invalid-request', { traceId, details: checked.details }) };
    try {
      return await this.options.execute({ ...call, d: checked.value as OperationCall['d'] });
    } catch (error) {
      this.options.onError(error, traceId);
      return { ok: false, error: protocolError('internal', { traceId }) };
    }
  }
}
