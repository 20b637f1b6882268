/**
 * The checks beside the test suites. Each counts as one test.
 * A command is a program's file followed by its arguments, run on the Node that runs this.
 */
const program = (path) => `node_modules/${path}`;
const TSC = program('typescript/bin/tsc');

export const STAGES = [
  {
    name: 'types',
    does: 'builds what changed, then checks the types of specs, contracts, fixtures, test/ and bench/',
    commands: [
      [TSC, '-b'],
      [TSC, '-p', 'tsconfig.spec.json'],
    ],
    fix: 'npx tsc -b && npx tsc -p tsconfig.spec.json',
  },
  {
    name: 'format',
    does: 'checks that every file is as prettier writes it',
    commands: [[program('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
    fix: 'npx prettier --write .',
  },
  {
    name: 'lint',
    does: 'runs oxlint with its type-aware rules',
    commands: [[program('oxlint/bin/oxlint'), '--deny-warnings', '--format=unix']],
    fix: 'npx oxlint --fix',
  },
  {
    name: 'dependencies',
    does: 'checks who imports whom against tools/architecture/import-table.mjs',
    commands: [
      [
        program('dependency-cruiser/bin/dependency-cruiser.mjs'),
        '--config=.dependency-cruiser.mjs',
        ...['apps', 'libs', 'test', 'tools', 'bench'],
      ],
    ],
    fix: 'docs/guides/architecture-rules.md',
  },
  {
    name: 'unused',
    does: 'looks for files, exports and packages that nothing uses (knip)',
    commands: [[program('knip/bin/knip.js'), '--no-progress', '--no-config-hints']],
    fix: 'remove them, or knip.jsonc',
  },
];
