/** Turns the import table into rules of dependency-cruiser. */
import { DRIVER_FOLDERS, IMPORT_TABLE } from './import-table.mjs';

const TEST_FILE = String.raw`\.(spec|contract|fixtures)\.ts$`;
const ANY_MODULE = '^(libs|apps)/';

const escapeRegExp = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
const pathOfModule = Object.fromEntries(Object.keys(IMPORT_TABLE).map((path) => [path.split('/')[1], path]));

/** Where npm keeps a package; matched after links are followed, so workspace packages are never below it. */
const packagePattern = (name) =>
  name.endsWith('/*') ? `node_modules/${escapeRegExp(name.slice(0, -1))}` : `node_modules/${escapeRegExp(name)}/`;

/** `packages` may also be imported as types from `@types/…`. */
const packagePatterns = (names) =>
  names.flatMap((name) => [packagePattern(name), ...(name.startsWith('@') ? [] : [packagePattern(`@types/${name}`)])]);

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const productionIn = (path) => ({ path: `^${path}/src/`, pathNot: TEST_FILE });

const moduleRules = Object.entries(IMPORT_TABLE).flatMap(([path, { modules, packages, node }]) => {
  const name = path.split('/')[1];
  const allowed = modules.map((module) => `^${pathOfModule[module]}/`);
  const rules = [
    forbid(
      `${name}-imports-only-its-modules`,
      `${path} may import: ${modules.join(', ') || 'itself only'}`,
      productionIn(path),
      {
        path: ANY_MODULE,
        // A test library is caught by its own rule, with the better message.
        pathNot: [`^${path}/`, '^libs/testing/', ...allowed],
      },
    ),
    forbid(
      `${name}-imports-only-its-packages`,
      `${path} may use: ${packages.join(', ') || 'no npm package'}`,
      productionIn(path),
      {
        path: 'node_modules/',
        pathNot: packagePatterns(packages),
      },
    ),
  ];
  if (node) return rules;
  return [
    ...rules,
    forbid(`${name}-is-free-of-node`, `${path} runs anywhere`, productionIn(path), { dependencyTypes: ['core'] }),
  ];
});

const driverRules = DRIVER_FOLDERS.map(({ package: driver, folder }) =>
  forbid(
    `${folder}-driver-in-its-folder`,
    `${driver} is imported in a folder named ${folder} only`,
    { path: ANY_MODULE, pathNot: [TEST_FILE, `/${folder}/`, '^libs/testing/'] },
    { path: packagePatterns([driver]) },
  ),
);

/** @param {string[]} doors files that packages name in `exports`, e.g. `libs/domain/src/index.ts` */
const doorRule = (doors) =>
  forbid(
    'no-import-past-a-door',
    'a package is entered through a file that its package.json exports',
    { path: '^(libs|apps)/([^/]+)/|^(test|bench|tools)/' },
    { path: '^(libs|apps)/[^/]+/', pathNot: ['^$1/$2/', ...doors.map((door) => `^${escapeRegExp(door)}$`)] },
  );

const generalRules = [
  forbid('no-cycles', 'modules that need each other are one module', {}, { circular: true }),
  forbid(
    'no-unresolved-imports',
    'what cannot be found cannot be checked',
    { pathNot: 'node_modules' },
    { couldNotResolve: true },
  ),
  forbid(
    'only-tests-import-testing',
    'the specification kit never ships',
    { path: ANY_MODULE, pathNot: [TEST_FILE, '^libs/testing/'] },
    { path: '^libs/testing/' },
  ),
  forbid(
    'no-production-code-imports-a-test',
    'specs, contracts and fixtures are left out of the build',
    { path: ANY_MODULE, pathNot: [TEST_FILE, '^libs/testing/'] },
    { path: TEST_FILE },
  ),
  forbid(
    'protocol-door-is-free-of-schemas',
    'clients import the door and get no dependency; servers import the second door, ./schemas',
    { path: '^libs/protocol/src/index\\.ts$' },
    { path: ['^libs/protocol/src/schemas', packagePattern('typebox')], reachable: true },
  ),
  forbid(
    'clients-never-import-schemas',
    'the schema library is for servers',
    { path: '^(libs/client-sdk|apps/terminal)/src/', pathNot: TEST_FILE },
    { path: '^libs/protocol/src/schemas' },
  ),
];

/**
 * @param {string[]} doors files that packages name in `exports`, relative to the root
 * @returns dependency-cruiser's rule set
 */
export const dependencyRules = (doors) => ({
  forbidden: [...moduleRules, ...driverRules, ...generalRules, doorRule(doors)],
});

export const CRUISE_OPTIONS = {
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '(^|/)(dist|coverage)/' },
  tsPreCompilationDeps: true, // a type is a dependency too
  combinedDependencies: true, // the root package.json names every npm package
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['verbatim-src', 'import', 'node', 'default', 'types'],
    extensions: ['.ts', '.mts', '.js', '.mjs', '.json', '.d.ts'],
  },
};
