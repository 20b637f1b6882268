import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFiles, ROOT } from '../architecture/repository-files.fixtures.js';
import { blocksOf, documentText } from '../docs/documents.fixtures.js';
import { composeFile, sourceOf } from './compose.fixtures.js';

const whole = composeFile('docker-compose.yml');
const small = composeFile('docker-compose.standalone.yml');

/** Blocks to be typed, of the documents and of the heads of the compose files. */
const typed = [
  ...['docs/production.md', 'docs/backup-and-restore.md'].flatMap((path) => [
    // A block may stand in a list.
    ...blocksOf(documentText(path).replaceAll(/^ {3}/gm, ''), 'sh'),
    ...[...documentText(path).matchAll(/`(docker compose [^`]+)`/g)].map(([, command = '']) => command),
  ]),
  ...[whole, small].map(({ text }) => text.replaceAll(/^#(?: {2,})?/gm, '').split('\nname:')[0] ?? ''),
].join('\n');

const SUBCOMMAND =
  /(?:docker compose(?: --file (\S+))?|^\(?umask 077; (verbatim)|^(verbatim)) (run|exec|up|stop|start)((?: [^|&;<>)\n]+)*)/gm;
/** Options that take the word behind them. */
const TAKES_A_WORD = new Set(['--entrypoint', '--volume']);

/** The words behind a subcommand that are no options, up to the program where there is one. */
const servicesIn = (subcommand: string, rest: string): readonly string[] => {
  const words = rest.trim().split(/\s+/);
  const names = words.filter((word, at) => !word.startsWith('-') && !TAKES_A_WORD.has(words[at - 1] ?? ''));
  const known = names.filter((name) => name !== '' && name !== '#' && name !== '"$each"');
  return subcommand === 'run' || subcommand === 'exec' ? known.slice(0, 1) : known;
};

const commands = [...typed.replaceAll(/ +# .*$/gm, '').matchAll(SUBCOMMAND)].map(
  ([text, file, aliased, plain, subcommand = '', rest = '']) => ({
    text,
    file: file === small.path || aliased !== undefined || plain !== undefined ? small : whole,
    services: servicesIn(subcommand, rest),
  }),
);

describe('a documented command', () => {
  it('is found in the documents and in the compose files', () => {
    expect(commands.filter(({ file }) => file === whole).length).toBeGreaterThan(10);
    expect(commands.filter(({ file }) => file === small).length).toBeGreaterThan(1);
  });

  it.each(commands)('names services that there are: $text', ({ file, services }) => {
    expect(services.filter((name) => file.services[name] === undefined)).toEqual([]);
  });

  it('upgrades every process of ours', () => {
    const [, list = ''] = /^for each in ([^;]+); do$/m.exec(typed) ?? [];
    const ours = whole.named.filter(({ image }) => image.startsWith('verbatim:')).map(({ name }) => name);
    expect(new Set(list.split(' '))).toEqual(new Set(ours));
  });

  it('runs programs that there are', () => {
    const programs = new Set([...typed.matchAll(/apps\/[\w-]+\/dist\/[\w./-]+\.js/g)].map(([program]) => program));
    expect(programs.size).toBeGreaterThan(2);
    expect([...programs].filter((program) => !existsSync(join(ROOT, sourceOf(program))))).toEqual([]);
  });
});

it('the alarms of the guide are on metrics that something measures', () => {
  const sources = repositoryFiles()
    .filter(({ path }) => /^(apps|libs)\/[^/]+\/src\//.test(path) && !path.endsWith('.spec.ts'))
    .map(({ text }) => text)
    .join('\n');
  const named = [...documentText('docs/production.md').matchAll(/`verbatim_(\w+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
});
