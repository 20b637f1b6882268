import { join } from 'node:path';
import { envReader, type Env } from '@verbatim/platform';
import { READ_MODEL_URL_PROTOCOLS } from '@verbatim/read-models';

export type ProjectorConfig = {
  readonly eventStoreUrl: string;
  readonly readModelUrl: string;
  readonly stateUrl: string;
};

/** Where the projector's command-line tools find the engines: as the server does. @throws InvalidConfigError */
export const projectorConfig = (env: Env): ProjectorConfig => {
  const read = envReader(env);
  const dataDirectory = read.string('DATA_DIR', {
    fallback: './data',
    doc: 'Folder of the embedded engines and of generated keys.',
  });
  const inDirectory = (name: string) => ({
    fallback: `sqlite:${join(dataDirectory, name)}`,
    defaultText: `sqlite:<DATA_DIR>/${name}`,
  });
  const eventStoreUrl = read.string('EVENT_STORE_URL', {
    ...inDirectory('events.db'),
    doc: 'The event log: sqlite:<file>, esdb://<host>:<port> or memory:.',
  });
  const readModelUrl = read.string('READ_MODEL_URL', {
    ...inDirectory('read-models.db'),
    doc: 'The read models: sqlite:<file> or mongodb://<host>/<database>.',
  });
  // The text is not repeated: it may hold a password.
  if (!READ_MODEL_URL_PROTOCOLS.some((protocol) => readModelUrl.startsWith(protocol)))
    read.problem('READ_MODEL_URL', 'has to be sqlite:<file> or mongodb://<host>/<database>');
  const stateUrl = read.string('STATE_URL', {
    ...inDirectory('state.db'),
    doc: 'Accounts and checkpoints: sqlite:<file> or memory:.',
  });
  return read.finish({ eventStoreUrl, readModelUrl, stateUrl });
};
