import { join } from 'node:path';
import type { Found, NotFound } from '../engine-program.js';
import {
  CATALOGUE,
  type EngineName,
  installationFacts,
  installationFolder,
  programOnPath,
  reasonNotInstalled,
} from '../installation.js';

/** Starts faster, at the price of speed that a test does not need, and keeps the memory of several small. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto'];

/** An engine that is a folder of jars. @param flags further flags of the virtual machine */
export const locateJars = (name: EngineName, mainClass: string, flags: readonly string[]): Found | NotFound => {
  const java = programOnPath('java');
  if (java === null) return { found: false, reason: 'java is not on PATH' };
  if (installationFacts(name) === null) return { found: false, reason: reasonNotInstalled(name) };
  const folder = installationFolder(name);
  const classPath = [join(folder, 'classes'), join(folder, 'lib', '*')].join(':');
  const leading = [...QUICK_START, ...flags, '-cp', classPath, mainClass];
  return { found: true, version: CATALOGUE[name].version, file: java, leading, env: {} };
};

/** An engine that is one program of its folder. */
export const locateProgram = (name: EngineName, ...path: readonly string[]): Found | NotFound => {
  if (installationFacts(name) === null) return { found: false, reason: reasonNotInstalled(name) };
  const file = join(installationFolder(name), ...path);
  return { found: true, version: CATALOGUE[name].version, file, leading: [], env: { DO_NOT_TRACK: '1' } };
};
