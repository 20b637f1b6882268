import { createLogger } from '../log/logger.js';
import { createLifecycle } from './lifecycle.js';
import { OperatorError } from './operator-error.js';

const open = (stopDeadlineMs = 10_000) => {
  const trace: string[] = [];
  const logged: string[] = [];
  let nowMs = 1_000;
  const signals = new Map<string, () => void>();
  let exited: (code: number) => void = () => {};
  const exit = new Promise<number>((resolve) => {
    exited = resolve;
  });
  const process = {
    onSignal: (signal: string, handle: () => void) => void signals.set(signal, handle),
    writeError: (line: string) => void trace.push(line),
    exit: (code: number) => {
      trace.push(`exit ${code}`);
      exited(code);
    },
  };
  const logger = createLogger({ name: 'spec', level: 'info', sink: { write: (line) => void logged.push(line) } });
  const lifecycle = createLifecycle({ logger, process, stopDeadlineMs, nowMs: () => nowMs });
  const advanceMs = (byMs: number): void => {
    nowMs += byMs;
  };
  return { lifecycle, trace, logged, exit, signals, advanceMs };
};

describe('stopping', () => {
  it('runs the steps one after the other, last started first, then ends with 0', async () => {
    const { lifecycle, trace } = open();
    lifecycle.onStop('log', () => void trace.push('log'));
    lifecycle.onStop('sockets', async () => {
      await Promise.resolve();
      trace.push('sockets');
    });
    await lifecycle.stop('done');
    expect(trace).toEqual(['sockets', 'log', 'exit 0']);
  });
  it('runs once, whoever asks', async () => {
    const { lifecycle, trace } = open();
    lifecycle.onStop('log', () => void trace.push('log'));
    await Promise.all([lifecycle.stop('a'), lifecycle.stop('b')]);
    expect(trace).toEqual(['log', 'exit 0']);
  });
  it('goes on after a step that fails, and ends with 1', async () => {
    const { lifecycle, trace, logged } = open();
    lifecycle.onStop('log', () => void trace.push('log'));
    lifecycle.onStop('sockets', () => Promise.reject(new Error('stuck')));
    await lifecycle.stop('done');
    expect(trace).toEqual(['log', 'exit 1']);
    expect(logged.join('')).toContain('"step":"sockets"');
  });
  it('ends with 1 at the deadline when a step hangs, and names the step', async () => {
    const { lifecycle, trace, logged } = open(5);
    lifecycle.onStop('log', () => new Promise<void>(() => {}));
    await lifecycle.stop('done');
    expect(trace).toEqual(['exit 1']);
    expect(logged.join('')).toContain('"step":"log"');
  });
});

describe('a signal', () => {
  it('stops; its repeat within two seconds is the same wish', async () => {
    const { lifecycle, trace, signals, advanceMs, exit } = open();
    lifecycle.onStop('log', () => void trace.push('log'));
    lifecycle.listen();
    signals.get('SIGINT')?.();
    advanceMs(2_000);
    signals.get('SIGINT')?.();
    signals.get('SIGTERM')?.();
    expect(await exit).toBe(0);
    expect(trace).toEqual(['log', 'exit 0']);
  });
  it('ends the process at once when it comes again later', async () => {
    const { lifecycle, trace, signals, advanceMs, exit } = open();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    lifecycle.onStop('log', () => held);
    lifecycle.listen();
    signals.get('SIGTERM')?.();
    advanceMs(2_001);
    signals.get('SIGINT')?.();
    expect(await exit).toBe(1);
    expect(trace).toEqual(['exit 1']);
    release();
    await lifecycle.stop('the first signal’s own stop');
  });
});

describe('a fatal error', () => {
  it('that the operator can mend is one line and code 1', () => {
    const { lifecycle, trace, logged } = open();
    lifecycle.fatal(new OperatorError('port 8080 is in use; set GATEWAY_PORT'));
    expect(trace).toEqual(['verbatim: port 8080 is in use; set GATEWAY_PORT\n', 'exit 1']);
    expect(logged).toEqual([]);
  });
  it('that nobody foresaw is one line too, and its stack goes to the log', () => {
    const { lifecycle, trace, logged } = open();
    lifecycle.fatal(new Error('a\nb\u001b[31m'));
    expect(trace).toEqual(['verbatim: a b [31m\n', 'exit 1']);
    expect(logged.join('')).toContain('"stack"');
  });
});
