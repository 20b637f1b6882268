#!/usr/bin/env node
import { handleLine } from './chat/line-handler.js';
import type { Chat } from './chat/chat.js';
import { takeInstanceLock } from './home/instance-lock.js';
import { StateFolder } from './home/state-folder.js';
import { LineSource } from './input/line-source.js';
import { parseArguments, usage } from './options.js';
import type { TerminalOptions } from './options.js';
import { clientOf, endChat, logIn, openNamed, startChat } from './run.js';
import { pipeScreen } from './screen/pipe-screen.js';
import type { Screen } from './screen/screen.js';
import { terminalScreen } from './screen/terminal-screen.js';
import { pipeAsker, SignInProblem, terminalAsker } from './sign-in.js';

const EXIT_USAGE = 2;

const fail = (line: string, code = 1): never => {
  process.stderr.write(`${line}\n`);
  process.exit(code);
};

let ending = false;

/** Once, however many signals and ends of input there are. */
const end = async (chat: Chat): Promise<void> => {
  if (ending) return;
  ending = true;
  await endChat(chat);
  chat.parts.screen.close();
  process.exit(0);
};

const overWith = (screen: () => Screen) => (why: string) => {
  screen().print(`! ${why}`);
  process.exit(1);
};

const runInPipe = async (options: TerminalOptions, folder: StateFolder): Promise<void> => {
  const screen = pipeScreen();
  const lines = new LineSource(process.stdin);
  const made = await clientOf(folder, options.url, () => screen);
  await logIn(made, pipeAsker(await lines.next()), options);
  const chat = await startChat(
    made,
    options,
    folder,
    screen,
    overWith(() => screen),
  );
  process.once('SIGTERM', () => void end(chat));
  process.once('SIGINT', () => void end(chat));
  await openNamed(chat, options);
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    if (await handleLine(chat, line)) break;
  }
  await end(chat);
};

const followKeys = (chat: Chat): void => {
  if (chat.openId !== undefined) chat.parts.client.typed(chat.openId);
};

const runAtTerminal = async (options: TerminalOptions, folder: StateFolder): Promise<void> => {
  let screen: Screen = pipeScreen();
  const made = await clientOf(folder, options.url, () => screen);
  await logIn(made, terminalAsker, options);
  const terminal = terminalScreen();
  screen = terminal;
  const chat = await startChat(
    made,
    options,
    folder,
    terminal,
    overWith(() => screen),
  );
  // One line after the other, as in a pipe.
  let before: Promise<unknown> = openNamed(chat, options);
  terminal.onLine((line) => {
    before = before.then(async () => {
      if (await handleLine(chat, line)) await end(chat);
    });
  });
  terminal.onKey(() => followKeys(chat));
  terminal.onEnd(() => void end(chat));
  process.once('SIGTERM', () => void end(chat));
};

const main = async (): Promise<void> => {
  const parsed = parseArguments(process.argv.slice(2), process.env);
  if (parsed.kind === 'help') return void process.stdout.write(`${usage}\n`);
  if (parsed.kind === 'invalid') return fail(`${parsed.problem}\n\n${usage}`, EXIT_USAGE);
  const folder = new StateFolder(parsed.options.home, parsed.options.userName);
  const pid = takeInstanceLock(folder);
  if (pid !== undefined) return fail(`${parsed.options.userName} is open in another terminal already (process ${pid})`);
  const run = process.stdin.isTTY && process.stdout.isTTY ? runAtTerminal : runInPipe;
  await run(parsed.options, folder);
};

main().catch((error: unknown) =>
  fail(error instanceof SignInProblem ? error.message : `the terminal failed: ${String(error)}`),
);
