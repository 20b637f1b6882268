import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gatewayConfig } from '@verbatim/gateway';
import { type Env, readConfigs } from '@verbatim/platform';
import { ROOT } from '../architecture/repository-files.fixtures.js';
import { documentText } from '../docs/documents.fixtures.js';
import { type ComposeService, programOf, sourceOf } from './compose.fixtures.js';

type Reader = (env: Env, beside?: unknown) => object | null;
export type Settings = Readonly<Record<string, unknown>>;

/** What some readers are given beside the environment. */
const beside: Readonly<Record<string, (env: Env) => unknown>> = {
  gatewayProcessConfig: gatewayConfig,
  identityConfig: ({ DATA_DIR }) => DATA_DIR ?? './data',
};

/** Names of the readers that a program asks at its start. */
export const readersOf = (each: ComposeService): readonly string[] => {
  const source = documentText(sourceOf(programOf(each)));
  return [...new Set([...source.matchAll(/\b(\w+Config)\((?:process\.)?env\b/g)].map(([, name = '']) => name))];
};

/** The reader that the program itself imports, wherever that is kept. */
const readerOf = async (source: string, name: string): Promise<Reader> => {
  const [, from = ''] =
    new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '([^']+)'`).exec(documentText(source)) ?? [];
  const file = join(ROOT, dirname(source), from.replace(/\.js$/, '.ts'));
  const module = (await import(from.startsWith('.') ? pathToFileURL(file).href : from)) as Record<string, Reader>;
  const reader = module[name];
  if (reader === undefined) throw new Error(`${source} imports no ${name}`);
  return reader;
};

export type Program = {
  /** Reads the settings as the program does at its start. @throws InvalidConfigError */
  readonly settings: (env: Env) => Settings;
};

export const programIn = async (each: ComposeService): Promise<Program> => {
  const source = sourceOf(programOf(each));
  const readers = await Promise.all(
    readersOf(each).map(async (name) => ({ name, read: await readerOf(source, name) })),
  );
  return {
    settings: (env) => {
      const reads = readers.map(({ name, read }) => [name, () => read(env, beside[name]?.(env)) ?? {}] as const);
      return Object.assign({}, ...Object.values(readConfigs(Object.fromEntries(reads)))) as Settings;
    },
  };
};
