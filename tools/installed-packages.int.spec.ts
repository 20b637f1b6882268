import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled, markInstalled, markUninstalled } from './installed-packages.mjs';

type Packages = Readonly<Record<string, object>>;
const WS = { version: '8.0.0', integrity: 'sha512-a' };

let root = '';
const lockfile = (packages: Packages): void =>
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
const record = (packages: Packages): void =>
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));

beforeEach(() => {
  root = `${mkdtempSync(join(tmpdir(), 'verbatim-installed-'))}/`;
  mkdirSync(join(root, 'node_modules'));
  lockfile({ 'node_modules/ws': WS });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a working copy counts as installed', () => {
  it('after it was marked so, until the lockfile changes', () => {
    expect(isInstalled(root)).toBe(false);
    markInstalled(root);
    expect(isInstalled(root)).toBe(true);
    lockfile({ 'node_modules/ws': { ...WS, version: '8.0.1' } });
    expect(isInstalled(root)).toBe(false);
  });

  it('when a package was installed by hand, which npm records', () => {
    record({ 'node_modules/ws': WS });
    expect(isInstalled(root)).toBe(true);
  });

  it('when what is missing is optional, because it is made for another platform', () => {
    lockfile({ 'node_modules/ws': WS, 'node_modules/ws-darwin-arm64': { version: '8.0.0', optional: true } });
    record({ 'node_modules/ws': WS });
    expect(isInstalled(root)).toBe(true);
  });

  it.each([
    ['another version', { 'node_modules/ws': { ...WS, version: '7.0.0' } }],
    ['other content', { 'node_modules/ws': { ...WS, integrity: 'sha512-b' } }],
    ['nothing', {}],
  ])('but not when npm recorded %s', (_, packages) => {
    record(packages);
    expect(isInstalled(root)).toBe(false);
  });

  it('but not after an install that was cut off', () => {
    record({ 'node_modules/ws': WS });
    markInstalled(root);
    markUninstalled(root);
    expect(isInstalled(root)).toBe(false);
  });
});
