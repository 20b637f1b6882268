import { readChannelSecret } from '@verbatim/command-channel';
import { type Env, LOG_LEVELS, type LogLevel, envReader, readSharedEngine, sharedEngines } from '@verbatim/platform';

export type CommandApiConfig = {
  readonly host: string;
  readonly port: number;
  readonly channelSecret: string;
  readonly eventStoreUrl: string;
  readonly readModelUrl: string;
  readonly stateUrl: string;
  readonly presenceUrl: string;
  readonly logLevel: LogLevel;
};

const DEFAULT_PORT = 8_081;

/** Settings of a command-api that is a process of its own. @throws InvalidConfigError listing everything that is wrong */
export const commandApiConfig = (env: Env): CommandApiConfig => {
  const read = envReader(env);
  const portDoc = 'Port that it listens on; 0 takes a free one.';
  return read.finish({
    host: read.string('COMMAND_API_HOST', {
      fallback: '127.0.0.1',
      doc: 'Address that the command-api listens on, for gateways alone.',
    }),
    port: read.int('COMMAND_API_PORT', { min: 0, max: 65_535, fallback: DEFAULT_PORT, unit: 'port', doc: portDoc }),
    channelSecret: readChannelSecret(read),
    eventStoreUrl: readSharedEngine(read, 'EVENT_STORE_URL', sharedEngines.eventStore),
    readModelUrl: readSharedEngine(read, 'READ_MODEL_URL', sharedEngines.readModels),
    stateUrl: readSharedEngine(read, 'STATE_URL', sharedEngines.state),
    presenceUrl: readSharedEngine(read, 'PRESENCE_URL', sharedEngines.presence),
    logLevel: read.string('LOG_LEVEL', { oneOf: LOG_LEVELS, fallback: 'warn', doc: 'Lowest level that is logged.' }),
  });
};

/** Folder of the key file, unless the key is given otherwise. */
export const dataDirectoryOf = (env: Env): string => {
  const read = envReader(env);
  const doc = 'Folder of the embedded engines and of generated keys.';
  return read.finish(read.string('DATA_DIR', { fallback: './data', doc }));
};
