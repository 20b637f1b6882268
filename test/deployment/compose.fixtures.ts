import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../architecture/repository-files.fixtures.js';

export type ComposeService = {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
  readonly ports?: readonly string[];
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly memory?: string } } };
  readonly healthcheck?: { readonly test: readonly string[] };
};
export type NamedService = ComposeService & { readonly name: string };

type ComposeNetwork = {
  readonly internal?: boolean;
  readonly ipam?: { readonly config: readonly { readonly subnet: string }[] };
};
type ComposeDocument = {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
  readonly networks: Readonly<Record<string, ComposeNetwork | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

export type ComposeFile = ComposeDocument & {
  readonly path: string;
  readonly text: string;
  readonly named: readonly NamedService[];
};

export const composeFile = (path: string): ComposeFile => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const document = parse(text, { merge: true }) as ComposeDocument;
  const named = Object.entries(document.services).map(([name, service]) => ({ name, ...service }));
  return { ...document, path, text, named };
};

export const service = ({ path, services }: ComposeFile, name: string): ComposeService => {
  const found = services[name];
  if (found === undefined) throw new Error(`${path} has no service ${name}`);
  return found;
};

/** `${NAME}`, `${NAME:-text}` and `${NAME-text}`. */
const VARIABLE = /\$\{(\w+)(?:(:?)-([^}]*))?\}/g;

/** Names of what a text of a compose file takes from the environment or from `.env`. */
export const variablesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(VARIABLE)].map(([, name = '']) => name)),
];

/** Puts variables in as Compose does: `:-` stands for unset and empty, `-` for unset alone. */
export const substituted = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replaceAll(VARIABLE, (_, name: string, colon: string | undefined, fallback = '') => {
    const value = variables[name];
    return value === undefined || (value === '' && colon === ':') ? fallback : value;
  });

/** The environment of a service with what `.env` says. */
export const environmentOf = ({ environment = {} }: ComposeService, dotEnv: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, substituted(value, dotEnv)]));

const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/** What the last `CMD` or `HEALTHCHECK … CMD` of the Dockerfile starts. */
export const imageCommand = (instruction: 'CMD' | 'HEALTHCHECK'): readonly string[] => {
  const pattern = instruction === 'CMD' ? /^CMD (\[.*\])$/m : /^HEALTHCHECK [^[]*CMD (\[.*\])$/m;
  const [, command] = pattern.exec(dockerfile) ?? [];
  if (command === undefined) throw new Error(`the Dockerfile has no ${instruction}`);
  return JSON.parse(command) as readonly string[];
};

export const isOurs = ({ image }: ComposeService): boolean => image.startsWith('verbatim:');

/** Path of the program that a container of our image starts, as in `dist`. */
export const programOf = ({ command = imageCommand('CMD') }: ComposeService): string => {
  const [node, program, ...rest] = command;
  if (node !== 'node' || program === undefined || rest.length > 0)
    throw new Error(`no program of ours: ${command.join(' ')}`);
  return program;
};

/** Where what is compiled to this path was written. */
export const sourceOf = (program: string): string => program.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
