import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspacePackages } from '../../tools/architecture/workspace-packages.mjs';
import type { SourceFile } from './house-limits.js';
import {
  inWeakFolders,
  notKebabCase,
  readModelsBeyondTheIndexes,
  tooLong,
  withEnums,
  withPrivateTraces,
  withUnknownRoles,
} from './house-limits.js';
import { repositoryFiles, ROOT } from './repository-files.fixtures.js';

const FILES = repositoryFiles();

const domainFile = (name: string, text = ''): SourceFile => ({ path: `libs/domain/src/${name}`, text });
const lines = (count: number): string => 'x;\n'.repeat(count);
const folder = (...parts: readonly string[]): string => `/${parts.join('/')}`;

type Rule = {
  readonly rule: string;
  readonly offenders: (files: readonly SourceFile[]) => readonly string[];
  readonly breaks: readonly SourceFile[];
  readonly keeps: readonly SourceFile[];
};

const RULES: readonly Rule[] = [
  {
    rule: 'a source file has at most 400 lines, a spec 300',
    offenders: tooLong,
    breaks: [domainFile('long.ts', lines(401)), domainFile('long.spec.ts', lines(301))],
    keeps: [domainFile('fits.ts', lines(400)), domainFile('fits.spec.ts', lines(300))],
  },
  {
    rule: 'no folder is a drawer for everything',
    offenders: inWeakFolders,
    breaks: [domainFile('utils/text.ts'), { path: 'libs/shared/README.md', text: '' }],
    keeps: [domainFile('kernel/text.ts')],
  },
  {
    rule: 'a file name is kebab-case',
    offenders: notKebabCase,
    breaks: [domainFile('EventStore.ts'), domainFile('event_store.ts')],
    keeps: [domainFile('event-store.contract.ts')],
  },
  {
    rule: 'there are no enums',
    offenders: withEnums,
    breaks: [domainFile('a.ts', 'export enum Role { Owner }\n'), domainFile('b.ts', 'const enum Role { Owner }\n')],
    keeps: [domainFile('c.ts', '// an enum has a runtime shape\nexport const ROLES = {} as const;\n')],
  },
  {
    rule: 'the part of a file name after the noun is a known role',
    offenders: withUnknownRoles,
    breaks: [domainFile('message.dto.ts'), domainFile('message.manager.ts')],
    keeps: [domainFile('message.decide.ts'), domainFile('message.decide.spec.ts'), domainFile('message.ts')],
  },
  {
    rule: 'command-api asks no read model but the indexes of messages',
    offenders: readModelsBeyondTheIndexes,
    breaks: [
      { path: 'apps/command-api/src/a.ts', text: "import type { Membership } from '@verbatim/read-models';\n" },
      { path: 'apps/command-api/src/b.ts', text: "import { messageIds, type Inbox } from '@verbatim/read-models';\n" },
    ],
    keeps: [
      { path: 'apps/command-api/src/c.ts', text: "import type { MessageIdsQueries } from '@verbatim/read-models';\n" },
      { path: 'apps/gateway/src/c.ts', text: "import type { Membership } from '@verbatim/read-models';\n" },
    ],
  },
  {
    rule: 'no file holds a path or a registry of the machine it was written on',
    offenders: withPrivateTraces,
    breaks: [
      { path: 'a.md', text: `see ${folder('root', 'notes.md')}` },
      { path: 'b.ts', text: `const path = '${folder('home', 'ada', 'data')}';` },
      { path: 'c.json', text: '"resolved": ' + '"https://registry.example/x.tgz"' },
      { path: '.npmrc', text: 'registry' + '=https://registry.example/' },
    ],
    keeps: [
      { path: 'a.md', text: 'the root of the tree, a work of hours, ~/.verbatim and ./data/events.db' },
      { path: 'b.json', text: '"resolved": "libs/domain"' },
    ],
  },
];

describe.each(RULES)('$rule', ({ offenders, breaks, keeps }) => {
  it('is kept by the repository', () => {
    expect(offenders(FILES)).toEqual([]);
  });

  it.each(breaks)('is broken by $path', (file) => {
    expect(offenders([file])).toHaveLength(1);
  });

  it.each(keeps)('is kept by $path', (file) => {
    expect(offenders([file])).toEqual([]);
  });
});

describe('a library', () => {
  const libraries = workspacePackages(ROOT).filter(({ path }) => path.startsWith('libs/'));

  it.each(libraries)('says in a README what $path is', ({ path }) => {
    expect(existsSync(join(ROOT, path, 'README.md'))).toBe(true);
  });
});
