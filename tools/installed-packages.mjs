/** Tells whether node_modules holds what package-lock.json names. node: built-ins only. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const stampPath = (root) => `${root}node_modules/.verbatim-lockfile-hash`;
const lockfileHash = (root) =>
  createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex');
const readPackages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** After `npm install <package>` by hand, npm's own record of node_modules says that nothing is left to install. */
const npmRecordAgrees = (root) => {
  const recordPath = `${root}node_modules/.package-lock.json`;
  if (!existsSync(recordPath)) return false;
  const installed = readPackages(recordPath);
  const wanted = Object.entries(readPackages(`${root}package-lock.json`)).filter(([path]) => path !== '');
  return wanted.every(([path, entry]) => {
    const found = installed[path];
    if (found === undefined) return entry.optional === true; // made for another platform
    return found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link;
  });
};

/** @param {string} root the workspace's folder, with a final slash */
export const isInstalled = (root) => {
  const stamp = stampPath(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfileHash(root)) return true;
  if (!npmRecordAgrees(root)) return false;
  markInstalled(root);
  return true;
};

/** @param {string} root the workspace's folder, with a final slash */
export const markInstalled = (root) => writeFileSync(stampPath(root), lockfileHash(root));

/** An install that is cut off leaves no stamp and no record behind. @param {string} root with a final slash */
export const markUninstalled = (root) => {
  rmSync(stampPath(root), { force: true });
  rmSync(`${root}node_modules/.package-lock.json`, { force: true });
};
