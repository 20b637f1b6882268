import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SourceFile } from './house-limits.js';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Made by tools, never by hand; what .gitignore names. */
const GENERATED = new Set(['.git', 'coverage', 'data', 'dist', 'node_modules']);

const pathsBelow = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (GENERATED.has(entry.name)) return [];
    if (entry.isDirectory()) return pathsBelow(path);
    return entry.isFile() ? [path] : [];
  });

/** Every text file that somebody wrote. Paths relative to the root. */
export const repositoryFiles = (): readonly SourceFile[] =>
  pathsBelow('')
    .map((path) => ({ path, bytes: readFileSync(join(ROOT, path)) }))
    .filter(({ bytes }) => !bytes.includes(0))
    .map(({ path, bytes }) => ({ path, text: bytes.toString('utf8') }));
