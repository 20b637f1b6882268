import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @param path from the root of the repository */
export const documentText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** All Markdown files of a folder as one text. */
export const folderText = (path: string): string =>
  readdirSync(join(ROOT, path))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => documentText(join(path, name)))
    .join('\n\n');

/** Contents of the fenced blocks of one language. */
export const blocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);

export type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
export type Section = { readonly title: string; readonly tables: readonly Table[] };

const HEADING = /^#{2,4} /;
const RULE = /^\|(?:\s*:?-+:?\s*\|)+$/;

const cellsOf = (line: string): readonly string[] =>
  line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

const tablesOf = (lines: readonly string[]): readonly Table[] => {
  const tables: { head: readonly string[]; rows: (readonly string[])[] }[] = [];
  let isInTable = false;
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('|')) isInTable = false;
    else if (isInTable && !RULE.test(line)) tables.at(-1)?.rows.push(cellsOf(line));
    else if (!isInTable && RULE.test(lines[index + 1] ?? '')) {
      isInTable = true;
      tables.push({ head: cellsOf(line), rows: [] });
    }
  }
  return tables;
};

/** The sections of a document with the tables in them, first what stands above all headings. A heading ends the section before. */
export const sectionsOf = (text: string): readonly Section[] => {
  const lines = text.split('\n');
  const starts = [0, ...lines.flatMap((line, index) => (HEADING.test(line) ? [index] : []))];
  return starts.map((start, index) => ({
    title: plain((lines[start] ?? '').replace(HEADING, '')),
    tables: tablesOf(lines.slice(start + 1, starts[index + 1])),
  }));
};

/** The table of the document, or of several, whose first column has this head. */
export const tableRows = (text: string, firstHead: string): readonly (readonly string[])[] =>
  sectionsOf(text)
    .flatMap(({ tables }) => tables)
    .filter(({ head }) => head[0] === firstHead)
    .flatMap(({ rows }) => rows);

/** Without the back-quotes of code. */
export const plain = (cell: string): string => cell.replaceAll('`', '');
