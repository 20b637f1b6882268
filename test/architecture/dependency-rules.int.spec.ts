import { dependencyRules } from '../../tools/architecture/dependency-rules.mjs';
import { IMPORT_TABLE } from '../../tools/architecture/import-table.mjs';
import type { Breaker } from './dependency-rules.fixtures.js';
import { BREAKERS } from './dependency-rules.fixtures.js';
import type { Sources, Violation } from './workspace.fixtures.js';
import { violationsOf } from './workspace.fixtures.js';

const MODULES = Object.entries(IMPORT_TABLE);
const nameOf = (path: string): string => path.split('/')[1] ?? path;

const breakerSources = (breakers: readonly Breaker[]): Sources =>
  Object.assign({}, ...breakers.map(({ file, source, with: others }) => ({ ...others, [file]: source })));

const rulesBrokenBy = (file: string, violations: readonly Violation[]): readonly string[] => [
  ...new Set(violations.filter(({ from }) => from === file).map(({ rule }) => rule)),
];

describe('a workspace that keeps every rule', () => {
  const allowed: Sources = Object.fromEntries(
    MODULES.flatMap(([path, { modules, packages, node }]) => [
      ...modules.map((to) => [`${path}/src/uses-${to}.ts`, `import '@verbatim/${to}';\n`]),
      ...packages.map((name) => [
        `${path}/src/sqlite/mongo/eventstoredb/redis/kafka/uses-${name.replaceAll(/\W+/g, '-')}.ts`,
        `import '${name.replace('/*', '/core')}';\n`,
      ]),
      ...(node ? [[`${path}/src/uses-node.ts`, `import 'node:fs';\n`]] : []),
      [`${path}/src/a.spec.ts`, `import '@verbatim/testing';\nimport 'fast-check';\nimport './a.fixtures.js';\n`],
      [`${path}/src/a.fixtures.ts`, 'export {};\n'],
    ]),
  );

  it('is reported clean', () => {
    expect(violationsOf({ ...allowed, 'test/uses-a-door.ts': `import '@verbatim/gateway';\n` })).toEqual([]);
  });
});

describe('a workspace with a file against each rule', () => {
  let violations: readonly Violation[] = [];
  beforeAll(() => {
    violations = violationsOf(breakerSources(BREAKERS));
  });

  it.each(BREAKERS)('$file breaks $rule and no other', ({ rule, file }) => {
    expect(rulesBrokenBy(file, violations)).toEqual([rule]);
  });

  it('leaves no rule without a file that breaks it', () => {
    const rules: readonly string[] = dependencyRules([]).forbidden.map(({ name }) => name);
    expect([...new Set(BREAKERS.map(({ rule }) => rule))].sort()).toEqual([...new Set(rules)].sort());
  });
});

describe('an import of each module by each module', () => {
  const pairs = MODULES.flatMap(([from]) =>
    MODULES.filter(([to]) => to !== from && to !== 'libs/testing').map(([to]) => ({ from, to })),
  );
  const fileOf = (from: string, to: string): string => `${from}/src/pair-${nameOf(to)}.ts`;

  it('is refused unless the table lists it', () => {
    const sources = pairs.map(({ from, to }) => [fileOf(from, to), `import '@verbatim/${nameOf(to)}';\n`]);
    const refused = violationsOf(Object.fromEntries(sources)).map(({ from }) => from);
    const unlisted = pairs.filter(
      ({ from, to }) => !IMPORT_TABLE[from as keyof typeof IMPORT_TABLE].modules.some((each) => each === nameOf(to)),
    );
    expect([...new Set(refused)].sort()).toEqual(unlisted.map(({ from, to }) => fileOf(from, to)).sort());
  });
});
