import { registerConfigVariable } from './config-variables.js';
import type { ConfigVariableKind } from './config-variables.js';
import { InvalidConfigError } from './invalid-config-error.js';
import type { ConfigProblem } from './invalid-config-error.js';
import { parseBoolean, parseInteger, parseList, parseNumber, parseSecret, parseText, parseUrl } from './env-values.js';
import type { Parsed } from './env-values.js';

/** `process.env`, or a plain object in a spec. */
export type Env = Readonly<Record<string, string | undefined>>;

type Described<T> = {
  /** One sentence for docs/configuration. */
  readonly doc: string;
  /** Used when the variable is unset or empty. `null`: it may stay unset. Left out: it is required. */
  readonly fallback?: T | null;
  /** What docs/configuration prints as the default where the fallback is computed, as `<DATA_DIR>/events.db`. */
  readonly defaultText?: string;
};
type WithUnit = { readonly unit: string };
export type IntSpec = Described<number> & WithUnit & { readonly min: number; readonly max: number };
export type StringSpec = Described<string> & { readonly oneOf?: readonly string[]; readonly maxLength?: number };
export type UrlSpec = Described<string> & { /** With the colon: `sqlite:`. */ readonly protocols: readonly string[] };
export type ListSpec = Described<readonly string[]>;
export type SecretSpec = Described<string> & { readonly minLength?: number };

type Read<T, Spec> = Spec extends { readonly fallback: null } ? T | null : T;
type OneOf<Spec> = Spec extends { readonly oneOf: readonly (infer Choice)[] } ? Choice : string;

export type EnvReader = {
  readonly int: <const Spec extends IntSpec>(name: string, spec: Spec) => Read<number, Spec>;
  readonly number: <const Spec extends IntSpec>(name: string, spec: Spec) => Read<number, Spec>;
  readonly string: <const Spec extends StringSpec>(name: string, spec: Spec) => Read<OneOf<Spec>, Spec>;
  readonly boolean: <const Spec extends Described<boolean>>(name: string, spec: Spec) => Read<boolean, Spec>;
  /** The text as given, once it is known to parse and to have one of the protocols. */
  readonly url: <const Spec extends UrlSpec>(name: string, spec: Spec) => Read<string, Spec>;
  /** Comma-separated, trimmed, without empty entries. */
  readonly list: <const Spec extends ListSpec>(name: string, spec: Spec) => Read<readonly string[], Spec>;
  /** Never printed. Too short, repetitive and well-known values are refused. */
  readonly secret: <const Spec extends SecretSpec>(name: string, spec: Spec) => Read<string, Spec>;
  /** A rule over more than one variable. */
  readonly problem: (name: string, problem: string) => void;
  /** @throws InvalidConfigError listing every problem of every read before it. */
  readonly finish: <Config>(config: Config) => Config;
};

/** Reads and checks environment variables, collecting every problem; `finish` throws one error for all of them. */
export const envReader = (env: Env): EnvReader => {
  const problems: ConfigProblem[] = [];
  const problem = (name: string, text: string): void => void problems.push({ name, problem: text });
  const read = <T>(kind: ConfigVariableKind, name: string, spec: Described<T>, parse: (text: string) => Parsed<T>) => {
    registerConfigVariable(describe(kind, name, spec));
    const text = env[name]?.trim();
    if (text === undefined || text === '') {
      if (spec.fallback === undefined) problem(name, 'is required');
      return spec.fallback as T;
    }
    const parsed = parse(text);
    if ('value' in parsed) return parsed.value;
    problem(name, parsed.problem);
    return spec.fallback as T;
  };
  return {
    int: (name, spec) => read('int', name, spec, (text) => parseInteger(text, spec)) as never,
    number: (name, spec) => read('number', name, spec, (text) => parseNumber(text, spec)) as never,
    string: (name, spec) => read('string', name, spec, (text) => parseText(text, spec)) as never,
    boolean: (name, spec) => read<boolean>('boolean', name, spec, parseBoolean) as never,
    url: (name, spec) => read('url', name, spec, (text) => parseUrl(text, spec.protocols)) as never,
    list: (name, spec) => read<readonly string[]>('list', name, spec, parseList) as never,
    secret: (name, spec) => read('secret', name, spec, (text) => parseSecret(text, spec.minLength)) as never,
    problem,
    finish: (config) => {
      if (problems.length > 0) throw new InvalidConfigError(problems);
      return config;
    },
  };
};

const describe = <T>(kind: ConfigVariableKind, name: string, spec: Described<T> & Partial<WithUnit>) => ({
  name,
  kind,
  ...(spec.unit === undefined ? {} : { unit: spec.unit }),
  defaultText: spec.defaultText ?? defaultText(spec.fallback),
  doc: spec.doc,
});

/** A fallback of any kind: a text, a number, a boolean or a list of texts. */
const defaultText = (fallback: unknown): string => {
  if (fallback === undefined) return 'required';
  return `${(fallback ?? '') as string}` || 'none';
};
