import { envReader, type Env } from '@verbatim/platform';

const MIB = 1_048_576;

/** Settings of the gateway, with their units and defaults. Throws one error that lists every problem. */
export const gatewayConfig = (env: Env) => {
  const read = envReader(env);
  const int = (name: string, min: number, fallback: number, max: number, unit: string, doc: string): number =>
    read.int(name, { min, max, fallback, unit, doc });
  return read.finish({
    host: read.string('GATEWAY_HOST', { fallback: '127.0.0.1', doc: 'Address that the gateway listens on.' }),
    port: int('GATEWAY_PORT', 0, 8_080, 65_535, 'port', 'Port that the gateway listens on; 0 takes a free one.'),
    allowedOrigins: read.list('GATEWAY_ALLOWED_ORIGINS', {
      fallback: [],
      doc: 'Exact origins whose pages may call the service.',
    }),
    trustedProxies: read.list('TRUSTED_PROXIES', {
      fallback: [],
      doc: 'Addresses or ranges of proxies whose X-Forwarded-For is believed.',
    }),
    connectionsMax: int(
      'GATEWAY_CONNECTIONS_MAX',
      1,
      50_000,
      1_000_000,
      'sockets',
      'Open sockets; one more is answered 503.',
    ),
    connectionsPerAddressMax: int(
      'GATEWAY_CONNECTIONS_PER_ADDRESS_MAX',
      1,
      20_000,
      1_000_000,
      'sockets',
      'Open sockets of one client address.',
    ),
    connectionsPerUserMax: int(
      'GATEWAY_CONNECTIONS_PER_USER_MAX',
      1,
      64,
      10_000,
      'connections',
      'Open connections of one user; one more is closed with 4505.',
    ),
    queueMaxBytes: int(
      'GATEWAY_OUTBOUND_QUEUE_MAX_BYTES',
      65_536,
      MIB,
      64 * MIB,
      'bytes',
      'Unsent bytes of one socket; more close it with 4003.',
    ),
    stallMaxMs: int(
      'GATEWAY_OUTBOUND_STALL_MAX_MS',
      1_000,
      10_000,
      600_000,
      'ms',
      'Unsent bytes that do not move for so long close the socket with 4003.',
    ),
    framesPerSecond: int(
      'GATEWAY_FRAMES_PER_SECOND',
      1,
      200,
      1_000_000,
      'frames',
      'Frames a second of one socket, before RATE_LIMIT_SCALE.',
    ),
    burstFrames: int(
      'GATEWAY_BURST_FRAMES',
      1,
      1_000,
      10_000_000,
      'frames',
      'Frames that one socket may send at once, before RATE_LIMIT_SCALE.',
    ),
    inFlightMax: int(
      'GATEWAY_IN_FLIGHT_MAX',
      1,
      256,
      100_000,
      'operations',
      'Operations of one socket that may wait for their answer.',
    ),
    recentMaxBytes: int(
      'GATEWAY_RECENT_MAX_BYTES',
      0,
      32 * MIB,
      16_384 * MIB,
      'bytes',
      'Memory for recent events, from which resumes are served.',
    ),
    recentMaxEvents: int('GATEWAY_RECENT_MAX_EVENTS', 0, 20_000, 10_000_000, 'events', 'Recent events kept in memory.'),
    drainMaxMs: int(
      'GATEWAY_DRAIN_MAX_MS',
      0,
      5_000,
      600_000,
      'ms',
      'A client that is sent away at shutdown waits a random time up to this.',
    ),
  });
};

export type GatewayConfig = ReturnType<typeof gatewayConfig>;

/** The frame limits follow the one factor for all rate limits. */
export const scaledFrames = (config: GatewayConfig, rateLimitScale: number): GatewayConfig => ({
  ...config,
  framesPerSecond: Math.max(1, Math.round(config.framesPerSecond * rateLimitScale)),
  burstFrames: Math.max(1, Math.round(config.burstFrames * rateLimitScale)),
});
