import { PolledCheck } from './polled-check.js';

describe('a condition that is asked for now and then', () => {
  it.each([
    ['ok', () => Promise.resolve()],
    ['does not answer', () => Promise.reject(new Error('refused'))],
    ['does not answer', () => new Promise(() => {})],
  ])('is "%s" as its probe goes', async (result, probe) => {
    const check = new PolledCheck({ probe, timeoutMs: 5 });
    expect(check.result).toBe('not asked yet');
    await check.start();
    check.stop();
    expect(check.result).toBe(result);
  });

  it('follows what it asks', async () => {
    let isDown = true;
    const asked = Promise.withResolvers<void>();
    const probe = async (): Promise<void> => {
      if (isDown) throw new Error('refused');
      setImmediate(() => asked.resolve());
    };
    const check = new PolledCheck({ probe, everyMs: 1 });
    await check.start();
    expect(check.result).toBe('does not answer');
    isDown = false;
    await asked.promise;
    check.stop();
    expect(check.result).toBe('ok');
  });
});
