import { existsSync } from 'node:fs';
import { describeWithEngine } from './describe-with-engine.js';
import { ENGINE_NAMES } from './engine.js';
import { EngineStartError } from './engine-process.js';
import { connection, type Folder, makeFolder } from './engines.fixtures.js';
import { isListening } from './exchange.js';
import { ENGINE_HOOK_MAX_MS, type RunningEngine } from './running-engine.js';

describe.each(ENGINE_NAMES)('the engine %s', (name) => {
  describeWithEngine(name, (engine) => {
    let folder: Folder;
    let running: RunningEngine;

    beforeAll(async () => {
      folder = makeFolder();
      running = await engine.start({ directory: folder.path });
    }, ENGINE_HOOK_MAX_MS);
    afterAll(() => folder.remove());

    it('listens where its URL says', async () => {
      expect(running.url).toContain(`${running.host}:${running.port}`);
      expect(await isListening(running.port)).toBe(true);
    });

    it(
      'is gone when it was killed, and comes back at the same place as another process',
      async () => {
        const { pid, port } = running;
        await running.kill();
        expect(running.isRunning).toBe(false);
        expect(await isListening(port)).toBe(false);
        await running.restart();
        expect(running.pid).not.toBe(pid);
        expect(running.port).toBe(port);
        expect(await isListening(port)).toBe(true);
      },
      ENGINE_HOOK_MAX_MS,
    );

    it(
      'is ended by stop even when it is paused',
      async () => {
        const socket = await connection(running.port);
        running.pause();
        await running.stop();
        socket.destroy();
        expect(running.isRunning).toBe(false);
        await running.restart();
        expect(await isListening(running.port)).toBe(true);
      },
      ENGINE_HOOK_MAX_MS,
    );

    it(
      'tells why it cannot start at a port where it listens already, and nothing of the second try stays',
      async () => {
        const refusal: unknown = await engine.start({ port: running.port }).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(EngineStartError);
        expect(refusal).toMatchObject({ isPortTaken: true });
        expect(await isListening(running.port)).toBe(true);
      },
      ENGINE_HOOK_MAX_MS,
    );

    it(
      'leaves a folder that was given where it is',
      async () => {
        await running.dispose();
        expect(running.isRunning).toBe(false);
        expect(existsSync(folder.path)).toBe(true);
      },
      ENGINE_HOOK_MAX_MS,
    );
  });
});
