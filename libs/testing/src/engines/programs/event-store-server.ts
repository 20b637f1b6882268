import { existsSync } from 'node:fs';
import type { EngineProgram } from '../engine-program.js';
import { isListening } from '../exchange.js';
import { CATALOGUE, fileOfCopy } from '../installation.js';

const MAIN = 'libs/testing/dist/event-store-server/main.js';
const READY = /^ready (esdb:\S+)$/m;

/** EventStoreDB's gRPC protocol on a log of its own that outlives SIGKILL. Part of this package: needs only its build. */
export const eventStoreServer: EngineProgram = {
  locate: () => {
    const main = fileOfCopy(MAIN);
    if (!existsSync(main)) return { found: false, reason: `${MAIN} is not built: npx tsc -b` };
    const { version } = CATALOGUE['event-store-server'];
    return { found: true, version, file: process.execPath, leading: [main], env: {} };
  },
  args: ({ port, directory }) => ['--port', String(port), '--directory', directory],
  url: (port, output) => READY.exec(output)?.[1] ?? `esdb://127.0.0.1:${port}?tls=false`,
  answers: async (port, output) => READY.test(output) && isListening(port),
};
