import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IMPORT_TABLE } from '../../tools/architecture/import-table.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const CRUISE_MAX_MS = 60_000;

/** Path relative to the workspace -> source. */
export type Sources = Readonly<Record<string, string>>;
export type Violation = { readonly rule: string; readonly from: string; readonly to: string };

const PACKAGES = [
  ...new Set(Object.values(IMPORT_TABLE).flatMap(({ packages }) => packages)),
  'left-pad', // stands for any package that no table lists
].map((name) => name.replace('/*', '/core'));

const moduleDoors: Sources = Object.fromEntries(
  Object.keys(IMPORT_TABLE).flatMap((path) => [
    [`${path}/src/index.ts`, 'export {};\n'],
    [
      `${path}/package.json`,
      JSON.stringify({
        name: `@verbatim/${path.split('/')[1]}`,
        type: 'module',
        exports: { '.': { 'verbatim-src': './src/index.ts' }, './schemas': { 'verbatim-src': './src/schemas.ts' } },
      }),
    ],
  ]),
);

const packageDoors: Sources = Object.fromEntries(
  PACKAGES.flatMap((name) => [
    [`node_modules/${name}/index.js`, 'export const door = 1;\n'],
    [
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }),
    ],
  ]),
);

const config = (root: string): string => `
import { CRUISE_OPTIONS, dependencyRules } from '${pathToFileURL(join(ROOT, 'tools/architecture/dependency-rules.mjs')).href}';
import { workspacePackages } from '${pathToFileURL(join(ROOT, 'tools/architecture/workspace-packages.mjs')).href}';
const doors = workspacePackages('${root}').flatMap((each) => each.doors);
export default { ...dependencyRules(doors), options: CRUISE_OPTIONS };
`;

const write = (root: string, sources: Sources): void => {
  for (const [path, source] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), source);
  }
};

/** Links `@verbatim/x` as npm does, so that imports resolve through each package's `exports`. */
const linkModules = (root: string): void => {
  mkdirSync(join(root, 'node_modules/@verbatim'), { recursive: true });
  for (const path of Object.keys(IMPORT_TABLE)) {
    symlinkSync(join(root, path), join(root, 'node_modules/@verbatim', path.split('/')[1] ?? path));
  }
};

type CruiseReport = { readonly summary: { readonly violations: readonly RawViolation[] } };
type RawViolation = { readonly rule: { readonly name: string }; readonly from: string; readonly to: string };

const cruise = (root: string): readonly Violation[] => {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [program, '--config', 'rules.mjs', '--output-type', 'json', 'apps', 'libs', 'test'];
  const report = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: CRUISE_MAX_MS });
  return (JSON.parse(report) as CruiseReport).summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
  }));
};

/** What dependency-cruiser reports, with the project's rules, for a whole workspace that also holds `sources`. */
export const violationsOf = (sources: Sources): readonly Violation[] => {
  const root = mkdtempSync(join(tmpdir(), 'verbatim-workspace-'));
  try {
    write(root, {
      ...moduleDoors,
      ...packageDoors,
      'test/door.ts': 'export {};\n',
      ...sources,
      'rules.mjs': config(root),
    });
    linkModules(root);
    return cruise(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
