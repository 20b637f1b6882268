import { envReader, type Env, type EnvReader } from '@verbatim/platform';
import { ZONE_MAX_CHARACTERS } from '@verbatim/protocol';

const MIB = 1_048_576;

type Range = readonly [min: number, fallback: number, max: number];
const whole =
  (read: EnvReader) =>
  (name: string, [min, fallback, max]: Range, unit: string, doc: string): number =>
    read.int(name, { min, fallback, max, unit, doc });

const addresses = (read: EnvReader) => ({
  host: read.string('GATEWAY_HOST', { fallback: '127.0.0.1', doc: 'Address that the gateway listens on.' }),
  port: whole(read)('GATEWAY_PORT', [0, 8_080, 65_535], 'port', 'Port that it listens on; 0 takes a free one.'),
  allowedOrigins: read.list('GATEWAY_ALLOWED_ORIGINS', {
    fallback: [],
    doc: 'Exact origins whose pages may call the service.',
  }),
  ownUrl: read.url('GATEWAY_PUBLIC_URL', {
    protocols: ['https:', 'http:'],
    fallback: null,
    doc: 'Where clients reach this very gateway, for those who ask which one to use; PUBLIC_URL when unset.',
  }),
  zone: read.string('GATEWAY_ZONE', {
    fallback: '',
    maxLength: ZONE_MAX_CHARACTERS,
    doc: 'Where this gateway stands, by a name of yours; clients who name the same are sent here first.',
  }),
  trustedProxies: read.list('TRUSTED_PROXIES', {
    fallback: [],
    doc: 'Addresses or ranges of proxies whose X-Forwarded-For is believed.',
  }),
});

const connectionLimits = (read: EnvReader) => {
  const int = whole(read);
  const at = 'GATEWAY_CONNECTIONS';
  const ofAddress = 'Open sockets of one client address; one more is answered 429.';
  const ofUser = 'Open connections of one user; one more socket is closed with 4505.';
  return {
    connectionsMax: int(`${at}_MAX`, [1, 50_000, 1_000_000], 'sockets', 'Open sockets; one more is answered 503.'),
    connectionsPerAddressMax: int(`${at}_PER_ADDRESS_MAX`, [1, 20_000, 1_000_000], 'sockets', ofAddress),
    connectionsPerUserMax: int(`${at}_PER_USER_MAX`, [1, 64, 10_000], 'connections', ofUser),
  };
};

const queueLimits = (read: EnvReader) => {
  const int = whole(read);
  const at = 'GATEWAY_OUTBOUND';
  const slow = 'close the socket with 4003.';
  return {
    queueMaxBytes: int(`${at}_QUEUE_MAX_BYTES`, [65_536, MIB, 64 * MIB], 'bytes', `More unsent bytes ${slow}`),
    stallMaxMs: int(`${at}_STALL_MAX_MS`, [1_000, 10_000, 600_000], 'ms', `Unsent bytes that rest so long ${slow}`),
  };
};

const frameLimits = (read: EnvReader) => {
  const int = whole(read);
  const scaled = 'before RATE_LIMIT_SCALE.';
  const inFlight = 'Operations of one socket that wait for their answer.';
  return {
    framesPerSecond: int('GATEWAY_FRAMES_PER_SECOND', [1, 200, 1_000_000], 'frames', `From one socket, ${scaled}`),
    burstFrames: int('GATEWAY_BURST_FRAMES', [1, 1_000, 10_000_000], 'frames', `From one socket at once, ${scaled}`),
    inFlightMax: int('GATEWAY_IN_FLIGHT_MAX', [1, 256, 100_000], 'operations', inFlight),
  };
};

const memoryLimits = (read: EnvReader) => {
  const int = whole(read);
  const doc = 'Recent events kept in memory, from which resumes are served.';
  return {
    recentMaxBytes: int('GATEWAY_RECENT_MAX_BYTES', [0, 32 * MIB, 16_384 * MIB], 'bytes', doc),
    recentMaxEvents: int('GATEWAY_RECENT_MAX_EVENTS', [0, 20_000, 10_000_000], 'events', doc),
  };
};

/** Settings of the gateway, with their units and defaults. Throws one error that lists every problem. */
export const gatewayConfig = (env: Env) => {
  const read = envReader(env);
  const doc = 'A client that is sent away at shutdown waits a random time up to this before it comes back.';
  return read.finish({
    ...addresses(read),
    ...connectionLimits(read),
    ...queueLimits(read),
    ...frameLimits(read),
    ...memoryLimits(read),
    drainMaxMs: whole(read)('GATEWAY_DRAIN_MAX_MS', [0, 5_000, 600_000], 'ms', doc),
  });
};

export type GatewayConfig = ReturnType<typeof gatewayConfig>;

/** The frame limits follow the one factor for all rate limits. */
export const scaledFrames = (config: GatewayConfig, rateLimitScale: number): GatewayConfig => ({
  ...config,
  framesPerSecond: Math.max(1, Math.round(config.framesPerSecond * rateLimitScale)),
  burstFrames: Math.max(1, Math.round(config.burstFrames * rateLimitScale)),
});
