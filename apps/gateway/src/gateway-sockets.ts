import type { GatewayOperations } from './command/gateway-operations.js';
import { FrameRouter } from './command/frame-router.js';
import type { GatewayDelivery } from './gateway-delivery.js';
import type { GatewayDependencies } from './gateway-dependencies.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import { helloFrame } from './session/hello.js';
import type { SessionServices } from './session/session-services.js';
import type { Session } from './session/session.js';
import { Admission } from './transport/admission.js';
import { TurnFlusher } from './transport/turn-flusher.js';
import { Wheel } from './transport/wheel.js';

/** The half of the gateway that holds sockets. */
export const assembleSockets = (
  { config, authority, commands, limit, clock, logger }: GatewayDependencies,
  { directory, membership }: GatewayDelivery,
  operations: GatewayOperations,
  metrics: GatewayMetrics,
  onSecond: () => void,
): SessionServices => {
  const wheel: Wheel<Session> = new Wheel((session) => session.check(wheel.now), onSecond);
  const services: SessionServices = {
    limits: config,
    wheel,
    flusher: new TurnFlusher(),
    admission: new Admission(config),
    directory,
    authority,
    membership,
    router: new FrameRouter(() => services),
    commands,
    operations,
    limit,
    metrics,
    clock,
    helloFrame: helloFrame(),
    onError: (error, traceId) => logger.error('an operation failed', { error, traceId }),
  };
  return services;
};
