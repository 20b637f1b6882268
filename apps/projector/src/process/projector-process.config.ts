import { type Env, LOG_LEVELS, type LogLevel, envReader, readSharedEngine, sharedEngines } from '@verbatim/platform';

export type ProjectorProcessConfig = {
  readonly host: string;
  readonly port: number;
  readonly eventStoreUrl: string;
  readonly readModelUrl: string;
  readonly stateUrl: string;
  readonly logLevel: LogLevel;
};

const DEFAULT_PORT = 8_082;

/** Settings of a projector that is a process of its own. @throws InvalidConfigError listing everything that is wrong */
export const projectorProcessConfig = (env: Env): ProjectorProcessConfig => {
  const read = envReader(env);
  const portDoc = 'Port that it listens on; 0 takes a free one.';
  return read.finish({
    host: read.string('PROJECTOR_HOST', {
      fallback: '127.0.0.1',
      doc: 'Address that the projector listens on, for health and metrics alone.',
    }),
    port: read.int('PROJECTOR_PORT', { min: 0, max: 65_535, fallback: DEFAULT_PORT, unit: 'port', doc: portDoc }),
    eventStoreUrl: readSharedEngine(read, 'EVENT_STORE_URL', sharedEngines.eventStore),
    readModelUrl: readSharedEngine(read, 'READ_MODEL_URL', sharedEngines.readModels),
    stateUrl: readSharedEngine(read, 'STATE_URL', sharedEngines.state),
    logLevel: read.string('LOG_LEVEL', { oneOf: LOG_LEVELS, fallback: 'warn', doc: 'Lowest level that is logged.' }),
  });
};
