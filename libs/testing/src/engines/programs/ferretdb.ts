import type { EngineProgram } from '../engine-program.js';
import { locateProgram } from './locate.js';
import { mongoAnswers } from './mongo-hello.js';

/** MongoDB's protocol on SQLite files: what it has acknowledged outlives SIGKILL. */
export const ferretdb: EngineProgram = {
  locate: () => locateProgram('ferretdb', 'ferretdb'),
  args: ({ port, directory }) => [`127.0.0.1:${port}`, directory],
  url: (port) => `mongodb://127.0.0.1:${port}`,
  answers: mongoAnswers,
};
