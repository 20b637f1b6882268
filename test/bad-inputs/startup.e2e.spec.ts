import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { ServerNotReadyError, launchServer, makeDataFolder, startServer } from '@verbatim/testing/scenario';
import { startupRows } from './catalogue/startups.js';
import { tracesIn } from './scene/standing.js';

const SPEC_MAX_MS = 60_000;
const ONE_RECORD = /^verbatim: [^\n]+$/;

describe('a start', () => {
  it.each(startupRows)(
    '$name is refused in one line that says what to do',
    async ({ env, exposed, says }) => {
      const data = makeDataFolder('startup');
      if (exposed !== undefined) {
        await (await startServer({ dataDirectory: data.path })).stop();
        chmodSync(join(data.path, exposed), 0o644);
      }
      const error: unknown = await launchServer({ dataDirectory: data.path, env }).ready.then(
        () => null,
        (refusal: unknown) => refusal,
      );
      data.remove();
      if (!(error instanceof ServerNotReadyError)) throw new Error('the server started');
      expect(error.exit).toEqual({ code: 1, signal: null });
      expect(error.errorOutput).toMatch(ONE_RECORD);
      for (const words of says) expect(error.errorOutput).toMatch(words);
      expect(tracesIn(error.errorOutput, [env['CURSOR_SECRET'] ?? ''])).toEqual([]);
    },
    SPEC_MAX_MS,
  );
});
