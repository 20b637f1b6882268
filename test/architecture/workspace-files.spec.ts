import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IMPORT_TABLE } from '../../tools/architecture/import-table.mjs';
import { workspacePackages } from '../../tools/architecture/workspace-packages.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGES = workspacePackages(ROOT).map(({ path }) => path);

type NestProject = { type: string; root: string; sourceRoot: string; compilerOptions: { tsConfigPath: string } };
type Reference = { path: string };

const readJson = <Content>(path: string): Content => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Content;
const nameOf = (path: string): string => path.slice(path.indexOf('/') + 1);

describe('nest-cli.json', () => {
  const { monorepo, projects } = readJson<{ monorepo: boolean; projects: Record<string, NestProject> }>(
    'nest-cli.json',
  );

  it('is in monorepo mode', () => {
    expect(monorepo).toBe(true);
  });

  it('names every app and library and nothing else', () => {
    expect(Object.keys(projects).sort()).toEqual(PACKAGES.map(nameOf).sort());
  });

  it.each(PACKAGES)('gives %s its root, its sources and its tsconfig', (path) => {
    expect(projects[nameOf(path)]).toMatchObject({
      type: path.startsWith('apps/') ? 'application' : 'library',
      root: path,
      sourceRoot: `${path}/src`,
      compilerOptions: { tsConfigPath: `${path}/tsconfig.json` },
    });
  });
});

describe('the workspace', () => {
  it('builds every package from its root tsconfig', () => {
    const { references } = readJson<{ references: Reference[] }>('tsconfig.json');
    expect(references.map(({ path }) => path).sort()).toEqual([...PACKAGES, 'bench'].sort());
  });

  it('has a row for every package in the import table, and no other', () => {
    expect(Object.keys(IMPORT_TABLE).sort()).toEqual([...PACKAGES].sort());
  });

  it.each(PACKAGES)('builds after each other the packages that %s depends on', (path) => {
    const { name, dependencies = {} } = readJson<{ name: string; dependencies?: Record<string, string> }>(
      `${path}/package.json`,
    );
    const { references } = readJson<{ references: Reference[] }>(`${path}/tsconfig.json`);
    expect(name).toBe(`@verbatim/${nameOf(path)}`);
    const referenced = references.map((reference) => `@verbatim/${reference.path.split('/').at(-1)}`);
    expect(referenced.sort()).toEqual(Object.keys(dependencies).sort());
  });
});
