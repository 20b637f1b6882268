/** What is on disk below apps/ and libs/. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** @returns {{ path: string, doors: string[] }[]} `path` as `libs/domain`; `doors` are source files, relative to `root` */
export const workspacePackages = (root) =>
  ['apps', 'libs']
    .flatMap((folder) => readdirSync(`${root}/${folder}`).map((name) => `${folder}/${name}`))
    .filter((path) => existsSync(`${root}/${path}/package.json`))
    .map((path) => {
      const { exports = {} } = JSON.parse(readFileSync(`${root}/${path}/package.json`, 'utf8'));
      return { path, doors: Object.values(exports).map((door) => posix.join(path, door['verbatim-src'])) };
    });
