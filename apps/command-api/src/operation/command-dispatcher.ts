import { CommandBus } from '@nestjs/cqrs';
import { Inject, Injectable } from '@nestjs/common';
import type { OperationCall } from '@verbatim/http-edge';
import { LATENCY_BUCKETS_SECONDS, type Counter, type Histogram, type Metrics } from '@verbatim/platform';
import { type OpResult, protocolError } from '@verbatim/protocol';
import { METRICS } from '../command-api.tokens.js';
import { type ServedOperation, requestClasses } from './request-classes.js';

type Meter = { readonly seconds: Histogram; readonly refused: Counter };

/** Finds the use case of an operation; the one door for routes and for gateways, in this process or another. */
@Injectable()
export class CommandDispatcher {
  private readonly meters: ReadonlyMap<string, Meter>;

  constructor(
    private readonly bus: CommandBus,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.meters = new Map(Object.keys(requestClasses).map((op) => [op, meterOf(metrics, op)]));
  }

  /** Executes a validated call. Rejects only for what no client can cause. */
  async execute(call: OperationCall): Promise<OpResult> {
    const meter = this.meters.get(call.op);
    if (meter === undefined) return { ok: false, error: protocolError('unknown-op', { traceId: call.traceId }) };
    const startedMs = performance.now();
    const result = await this.bus.execute(new requestClasses[call.op as ServedOperation](call));
    meter.seconds.observe((performance.now() - startedMs) / 1_000);
    if (!result.ok) meter.refused.add();
    return result;
  }
}

const meterOf = (metrics: Metrics, op: string): Meter => ({
  seconds: metrics.histogram({
    name: 'command_seconds',
    help: 'Time from a validated command to its durable outcome.',
    buckets: LATENCY_BUCKETS_SECONDS,
    labels: { op },
  }),
  refused: metrics.counter({
    name: 'commands_refused_total',
    help: 'Commands answered with an error.',
    labels: { op },
  }),
});
