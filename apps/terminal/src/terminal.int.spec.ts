import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedServer } from '@verbatim/testing/scripted-server';
import { TerminalProcess } from './terminal.fixtures.js';

const PASSWORD = 'correct horse battery';
let server: ScriptedServer;
let home: string;
let terminals: TerminalProcess[];

beforeEach(async () => {
  server = await ScriptedServer.start();
  home = mkdtempSync(join(tmpdir(), 'verbatim-terminal-'));
  terminals = [];
});
afterEach(async () => {
  for (const terminal of terminals) await terminal.kill();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

const open = (args: string, password = PASSWORD): TerminalProcess => {
  const terminal = new TerminalProcess(args.split(' '), { url: server.url, home });
  terminals.push(terminal);
  terminal.type(password);
  return terminal;
};

/** Bob first, so that Ada can open the conversation with him. */
const adaAndBob = async () => {
  const bob = open('--as bob');
  await bob.sees('connected as bob');
  const ada = open('--as ada --with bob');
  await ada.sees('end of history');
  return { ada, bob };
};

describe('two terminals', () => {
  it('chat, with stable lines', async () => {
    const { ada, bob } = await adaAndBob();
    ada.type('hello');
    expect(await bob.sees('hello')).toBe('[direct ada] ada: hello  (seq 1)');
    bob.type('/direct ada', 'hi');
    expect(await ada.sees('bob: hi')).toBe('[direct bob] bob: hi  (seq 2)');
    expect(await ada.sees('✓✓ read')).toBe('[direct bob] ✓✓ read by bob up to seq 1');
  });

  it('make a group and talk in it', async () => {
    const { ada, bob } = await adaAndBob();
    ada.type('/group tea bob', 'who wants some?');
    expect(await bob.sees('who wants')).toBe('[group tea] ada: who wants some?  (seq 1)');
  });

  it('cannot send each other control characters', async () => {
    const { ada, bob } = await adaAndBob();
    ada.type('a\u001b[2Jb');
    expect(await bob.sees('ada: a')).toBe('[direct ada] ada: a\\u001b[2Jb  (seq 1)');
  });
});

describe('a terminal that is killed and comes back', () => {
  it('misses nothing and shows nothing twice', async () => {
    const { ada, bob } = await adaAndBob();
    bob.type('/direct ada', 'before');
    await ada.sees('bob: before');
    await ada.kill();
    bob.type('missed 1', 'missed 2');
    await bob.sees('missed 2');
    const again = open('--as ada --with bob');
    bob.type('after');
    await again.sees('bob: after');
    const bodies = again.lines.flatMap((line) => /bob: (.*?) {2}\(seq (\d+)\)/.exec(line)?.slice(1, 3).join(' ') ?? []);
    expect(bodies).toEqual(['before 1', 'missed 1 2', 'missed 2 3', 'after 4']);
  });

  it('sends what it had not sent, once', async () => {
    const { ada, bob } = await adaAndBob();
    server.script.intercepts = ({ op }) => op === 'message.send';
    ada.type('unsent');
    await server.until(() => server.requestsOf('message.send').length === 1);
    await ada.kill();
    server.script.intercepts = undefined;
    const again = open('--as ada --with bob');
    await again.sees('ada: unsent');
    expect(await bob.sees('ada: unsent')).toBe('[direct ada] ada: unsent  (seq 1)');
    const ids = server.requestsOf('message.send').map(({ d }) => d['clientMsgId']);
    expect([new Set(ids).size, bob.count('ada: unsent')]).toEqual([1, 1]);
  });
});

describe('signing in', () => {
  it('never sends the first line of the pipe as a message, not even with a stored session', async () => {
    const { ada } = await adaAndBob();
    await ada.kill();
    const again = open('--as ada --with bob');
    again.type('hello');
    await again.sees('ada: hello');
    const texts = terminals.flatMap(({ lines, errors }) => [...lines, errors]).join('\n');
    expect(texts).not.toContain(PASSWORD);
    expect(server.model.log.map(({ push }) => JSON.stringify(push)).join()).not.toContain(PASSWORD);
  });

  it('with a wrong password is refused', async () => {
    server.model.register('ada', PASSWORD);
    const ada = open('--as ada', 'wrong password');
    expect(await ada.exited).toBe(1);
    expect(ada.errors).toContain('the password is wrong');
  });

  it('without a server says so', async () => {
    const { url } = server;
    await server.stop();
    const ada = new TerminalProcess(['--as', 'ada', '--url', url], { url, home });
    ada.type(PASSWORD);
    expect(await ada.exited).toBe(1);
    expect(ada.errors).toContain('the server cannot be reached');
    server = await ScriptedServer.start();
  });

  it('twice at the same time is refused', async () => {
    await open('--as ada').sees('connected');
    const second = open('--as ada');
    expect(await second.exited).toBe(1);
    expect(second.errors).toContain('ada is open in another terminal already');
  });
});

describe('the end of the input', () => {
  it('comes after everything written is sent and shown', async () => {
    const { ada, bob } = await adaAndBob();
    ada.type('1', '2', '3');
    ada.endInput();
    expect(await ada.exited).toBe(0);
    expect(ada.lines.at(-1)).toBe('[direct bob] ada: 3  (seq 3)');
    await bob.sees('(seq 3)');
  });
});
