import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryFiles, ROOT } from './repository-files.fixtures.js';

const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g;
const documents = repositoryFiles().filter(({ path }) => path.endsWith('.md'));
const decisions = documents.filter(({ path }) => /^docs\/adr\/\d{4}-/.test(path));
const SECTIONS = ['Context', 'Decision', 'Consequences', 'What would change our mind'];

describe('a document', () => {
  it.each(documents)('links to files that exist: $path', ({ path, text }) => {
    const targets = [...text.matchAll(LINK)].map(([, target = '']) => join(dirname(path), target));
    expect(targets.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });
});

describe('the decisions', () => {
  it('are numbered from 1 without gaps', () => {
    const numbers = decisions.map(({ path }) => Number(path.slice('docs/adr/'.length, 'docs/adr/0000'.length)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
  });

  it.each(decisions)('say why, what, at what price and what would change it: $path', ({ text }) => {
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
  });

  it.each(decisions)('are listed in the index: $path', ({ path }) => {
    const index = documents.find((document) => document.path === 'docs/adr/README.md');
    expect(index?.text).toContain(`(${path.slice('docs/adr/'.length)})`);
  });
});
