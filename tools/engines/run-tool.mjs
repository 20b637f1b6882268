/** Programs of the machine that engines are installed with. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first build of a Go server downloads its modules and compiles them: about a minute on two cores. */
const TOOL_MAX_MS = 5 * 60_000;
const OUTPUT_MAX_CHARACTERS = 16_384;
const TOLD_MAX_CHARACTERS = 300;

/** @returns {string | undefined} the program's file */
export const onPath = (program) => {
  const files = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return files
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
};

/** The line that says what went wrong is near the end, and seldom the last one. */
const lastWords = (output) => {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const telling = lines.filter((line) => /error|fail|unable|cannot|could not|not found|no such|E:/i.test(line));
  return (telling[0] ?? lines.at(-1) ?? 'it said nothing').slice(0, TOLD_MAX_CHARACTERS);
};

/**
 * @param {string[]} command a program and its arguments
 * @param {{ cwd?: string, env?: Record<string, string> }} options `env` is added to this process's own
 * @returns {Promise<string>} its output, standard error included
 */
export const runTool = (command, { cwd, env } = {}) =>
  new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const title = args[0]?.startsWith('-') ? program : `${program} ${args[0]}`;
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TOOL_MAX_MS,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const collect = (chunk) => (output = (output + chunk).slice(-OUTPUT_MAX_CHARACTERS));
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => reject(new Error(`${program}: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${title} ended with ${signal ?? `exit code ${code}`}: ${lastWords(output)}`));
    });
  });
