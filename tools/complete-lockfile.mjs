/**
 * Adds the optional platform packages that a lockfile lacks.
 *
 * npm leaves an optional package out of package-lock.json when the registry it asked does not carry it, and
 * `npm ci` then refuses the file ("Missing: x from lock file"). Each is added with its version, os and cpu, which is
 * all that `npm ci` needs to skip it here and to install it on the platform it is made for.
 *
 * Run after every `npm install <package>`: node tools/complete-lockfile.mjs [package-lock.json]
 */
import { readFileSync, writeFileSync } from 'node:fs';

const OS_BY_NAME = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  linuxmusl: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
  windows: 'win32',
};
const CPUS = 'x64 arm64 ia32 arm ppc64 s390x riscv64 loong64 mips64el mipsel'.split(' ');

/** @returns {{os: string, cpu: string | undefined} | undefined} undefined: the name tells no platform */
export const platformOf = (name) => {
  const parts = name.split(/[-/]/);
  const os = parts.map((part) => OS_BY_NAME[part]).find((found) => found !== undefined);
  if (os === undefined) return undefined;
  const arm32 = parts.some((part) => /^arm(v7|eabi)?/.test(part) && part !== 'arm64') ? 'arm' : undefined;
  return { os, cpu: CPUS.find((cpu) => parts.includes(cpu)) ?? arm32 };
};

/** Node looks in the package's own node_modules, then in each folder above it. */
const isResolvable = (packages, from, name) => {
  for (let folder = from; ;) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    const parent = folder.lastIndexOf('node_modules/');
    folder = parent <= 0 ? '' : folder.slice(0, parent - 1);
  }
};

/** @returns {string[]} names of the packages that were added to `lockfile` */
export const completeLockfile = (lockfile) => {
  const added = [];
  for (const [path, entry] of Object.entries(lockfile.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isResolvable(lockfile.packages, path, name)) continue;
      const platform = platformOf(name);
      if (platform === undefined || !/^\d/.test(version)) continue;
      const { os, cpu } = platform;
      lockfile.packages[`node_modules/${name}`] = {
        version,
        ...(cpu === undefined ? {} : { cpu: [cpu] }),
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        os: [os],
      };
      added.push(name);
    }
  }
  lockfile.packages = Object.fromEntries(Object.entries(lockfile.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return added;
};

if (import.meta.filename === process.argv[1]) {
  const path = process.argv[2] ?? 'package-lock.json';
  const lockfile = JSON.parse(readFileSync(path, 'utf8'));
  const added = completeLockfile(lockfile);
  writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
  console.log(added.length === 0 ? `${path} is complete` : `added to ${path}: ${added.join(', ')}`);
}
