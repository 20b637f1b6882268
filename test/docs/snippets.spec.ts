import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeClientFrame, decodeServerFrame } from '@verbatim/protocol';
import { blocksOf, documentText } from './documents.fixtures.js';
import { linesOf } from './session-player.fixtures.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const documents = globSync('docs/**/*.md', { cwd: ROOT });
const json = documents.flatMap((path) => blocksOf(documentText(path), 'json').map((block) => ({ path, block })));
const HEADING = /^#+ (.+)$/gm;
const ANCHOR = /\]\(([^)#\s]*)#([^)\s]+)\)/g;

const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(HEADING)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the snippets of the documents', () => {
  it('are JSON where they say so', () => {
    expect(json.length).toBeGreaterThanOrEqual(6);
    for (const { block } of json) expect(() => JSON.parse(block) as unknown).not.toThrow();
  });

  it('show frames that the protocol reads', () => {
    const frames = json.filter(({ path }) => path === 'docs/protocol/README.md').map(({ block }) => block);
    const kinds = frames.map((block) => decodeServerFrame(block)?.kind ?? (decodeClientFrame(block).ok && 'request'));
    expect(kinds).toEqual(['request', 'reply', 'error', 'push']);
  });

  it('of the worked session are lines of a session', () => {
    const lines = blocksOf(documentText('docs/protocol/worked-session.md'), 'session').flatMap(linesOf);
    expect(lines.filter(({ text }) => !/^(→ |← |connects$|hangs up$)/.test(text))).toEqual([]);
  });
});

describe('the links of the documents', () => {
  it.each(documents)('name headings that there are: %s', (path) => {
    const missing = [...documentText(path).matchAll(ANCHOR)].filter(([, file = '', anchor = '']) => {
      const target = file === '' ? path : join(dirname(path), file);
      return !anchorsOf(documentText(target)).includes(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });
});
