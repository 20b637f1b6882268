import type { EngineProgram } from '../engine-program.js';
import { locateJars } from './locate.js';
import { mongoAnswers } from './mongo-hello.js';

/** MongoDB's protocol in memory: fast, and empty after every start. */
export const mongoJavaServer: EngineProgram = {
  locate: () => locateJars('mongo-java-server', 'Main', ['-Xmx1g', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']),
  args: ({ port }) => [String(port)],
  url: (port) => `mongodb://127.0.0.1:${port}`,
  answers: async (port, output) => /^ready$/m.test(output) && mongoAnswers(port),
};
