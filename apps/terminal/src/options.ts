import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { USER_NAME_INPUT_PATTERN } from '@verbatim/protocol';

export type TerminalOptions = {
  readonly userName: string;
  readonly url: string;
  readonly home: string;
  readonly register: boolean;
  /** Conversation to open at the start. */
  readonly opens?:
    { readonly kind: 'direct'; readonly name: string } | { readonly kind: 'group'; readonly name: string };
};
export type ParsedArguments =
  | { readonly kind: 'run'; readonly options: TerminalOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

const DEFAULT_URL = 'http://127.0.0.1:8080';

export const usage = `Usage: npm run chat -- --as NAME [--with NAME | --group NAME] [--url URL] [--register]

  --as NAME      the account; made on first use
  --with NAME    open the direct conversation with this person
  --group NAME   open the group of this name or id; a name that is new makes a group
  --url URL      the server (VERBATIM_URL, else ${DEFAULT_URL})
  --register     make the account without trying to log in first

The password is asked for. When stdin is no terminal, its first line is the password, always, also when a stored
session makes it unnecessary (the line may then be empty); every further line is a message or a command.
State is kept per name under VERBATIM_HOME (else ~/.verbatim).`;

const optionSpec = {
  as: { type: 'string' },
  with: { type: 'string' },
  group: { type: 'string' },
  url: { type: 'string' },
  register: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const read = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: optionSpec, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

const httpUrl = (text: string): string | undefined => {
  const url = URL.parse(text);
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? text : undefined;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the command line. Never a password: other users of the machine can see it there. */
export const parseArguments = (args: readonly string[], environment: Environment): ParsedArguments => {
  const values = read(args);
  if (values instanceof Error) return { kind: 'invalid', problem: values.message };
  if (values.help === true) return { kind: 'help' };
  if (values.as === undefined) return { kind: 'invalid', problem: '--as NAME is missing' };
  if (!new RegExp(USER_NAME_INPUT_PATTERN).test(values.as)) {
    return { kind: 'invalid', problem: `${JSON.stringify(values.as)} is no user name` };
  }
  if (values.with !== undefined && values.group !== undefined) {
    return { kind: 'invalid', problem: 'only one of --with and --group can be opened' };
  }
  const url = httpUrl(values.url ?? environment['VERBATIM_URL'] ?? DEFAULT_URL);
  if (url === undefined) return { kind: 'invalid', problem: 'the server is an http:// or https:// address' };
  const options: TerminalOptions = {
    userName: values.as.toLowerCase(),
    url,
    home: environment['VERBATIM_HOME'] ?? join(homedir(), '.verbatim'),
    register: values.register === true,
    ...(values.with === undefined ? {} : { opens: { kind: 'direct', name: values.with } }),
    ...(values.group === undefined ? {} : { opens: { kind: 'group', name: values.group } }),
  };
  return { kind: 'run', options };
};
