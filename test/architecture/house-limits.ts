/** House rules about files that the linter has no words for. Each function returns what breaks its rule. */

const SOURCE_MAX_LINES = 400;
const SPEC_MAX_LINES = 300;
const SOURCE_FOLDERS = /^(apps|libs)\/[^/]+\/src\//;
const SPEC = /\.(spec|contract)\.ts$/;
const WEAK_FOLDER_NAMES = new Set(['common', 'helpers', 'misc', 'shared', 'util', 'utils']);
const FILE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const ENUM = /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w+\s*\{/m;

export type SourceFile = { readonly path: string; readonly text: string };

const paths = (files: readonly SourceFile[]): readonly string[] => files.map(({ path }) => path);
const isSource = ({ path }: SourceFile): boolean => SOURCE_FOLDERS.test(path) && path.endsWith('.ts');

export const tooLong = (files: readonly SourceFile[]): readonly string[] =>
  paths(
    files.filter(isSource).filter(({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > (SPEC.test(path) ? SPEC_MAX_LINES : SOURCE_MAX_LINES);
    }),
  );

/** A folder is named after what is in it. */
export const inWeakFolders = (files: readonly SourceFile[]): readonly string[] =>
  paths(
    files.filter(({ path }) =>
      path
        .split('/')
        .slice(0, -1)
        .some((folder) => WEAK_FOLDER_NAMES.has(folder)),
    ),
  );

export const notKebabCase = (files: readonly SourceFile[]): readonly string[] =>
  paths(files.filter(isSource).filter(({ path }) => !FILE_NAME.test(path.split('/').at(-1) ?? '')));

export const withEnums = (files: readonly SourceFile[]): readonly string[] =>
  paths(files.filter(isSource).filter(({ text }) => ENUM.test(text)));

/** `message.decide.ts` beside `message.events.ts`: the part after the noun is one of these. */
const ROLES = new Set(
  `access bench codec commands config contract decide decision decider e2e entity errors events evolve fixtures generator handler
  int laws limits main membership merge module operations port projection queries reactor rejections repository routes service snapshot
  spec state stream tokens types worker`.split(/\s+/),
);

export const withUnknownRoles = (files: readonly SourceFile[]): readonly string[] =>
  paths(
    files.filter(isSource).filter(({ path }) => {
      const [, ...roles] = (path.split('/').at(-1) ?? '').replace(/\.d?\.?ts$/, '').split('.');
      return roles.some((role) => !ROLES.has(role));
    }),
  );

const FROM_READ_MODELS = /import\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'@verbatim\/read-models'/g;
const MESSAGE_INDEX = /^(open)?message(Ids|Changes)/i;

/** Facts for a decision come from streams; of the read models the writer may ask the two indexes by message only. */
export const readModelsBeyondTheIndexes = (files: readonly SourceFile[]): readonly string[] =>
  files
    .filter(({ path }) => path.startsWith('apps/command-api/src/') && !/\.(spec|fixtures)\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(FROM_READ_MODELS)]
        .flatMap(([, names = '']) => names.split(','))
        .map((name) => name.replace(/^\s*type\s+/, '').trim())
        .filter((name) => name !== '' && !MESSAGE_INDEX.test(name))
        .map((name) => `${path}: ${name}`),
    );

const PRIVATE_TRACES: readonly RegExp[] = [
  // A path inside somebody's home or working folder.
  /(?:^|[\s"'`(=:])\/(?:root|work|home\/[a-z]\w*|Users\/[A-Za-z]\w*)\/[\w.-]+/m,
  /\b[A-Z]:\\Users\\/,
  // A registry host: packages come from the one that the machine is set up for.
  /"resolved":\s*"https?:\/\//,
  /^\s*(?:@[\w-]+:)?registry\s*=/m,
];

export const withPrivateTraces = (files: readonly SourceFile[]): readonly string[] =>
  paths(files.filter(({ text }) => PRIVATE_TRACES.some((trace) => trace.test(text))));
