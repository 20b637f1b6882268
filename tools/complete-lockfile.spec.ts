import { completeLockfile, platformOf } from './complete-lockfile.mjs';

describe('completing a lockfile', () => {
  const lockfile = () => ({
    packages: {
      '': {},
      'node_modules/compiler': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: { '@c/linux-x64': '1.0.0', '@c/darwin-arm64': '1.0.0' },
      },
      'node_modules/@c/linux-x64': { version: '1.0.0', optional: true },
      'node_modules/outer/node_modules/inner': {
        version: '1.0.0',
        optionalDependencies: { 'inner-win32-x64': '2.0.0', helper: '1.0.0' },
      },
    } as Record<string, object>,
  });

  it('adds an optional platform package that it lacks, with what tells npm to skip it elsewhere', () => {
    const file = lockfile();
    expect(completeLockfile(file)).toEqual(['@c/darwin-arm64', 'inner-win32-x64']);
    expect(file.packages['node_modules/@c/darwin-arm64']).toEqual({
      version: '1.0.0',
      cpu: ['arm64'],
      dev: true,
      optional: true,
      os: ['darwin'],
    });
    expect(file.packages['node_modules/inner-win32-x64']).toEqual({
      version: '2.0.0',
      cpu: ['x64'],
      optional: true,
      os: ['win32'],
    });
  });

  it('adds nothing the second time', () => {
    const file = lockfile();
    completeLockfile(file);
    expect(completeLockfile(file)).toEqual([]);
  });

  it.each([
    ['@swc/core-linux-arm-gnueabihf', { os: 'linux', cpu: 'arm' }],
    ['@oxlint/binding-linux-x64-musl', { os: 'linux', cpu: 'x64' }],
    ['@oxlint-tsgolint/win32-arm64', { os: 'win32', cpu: 'arm64' }],
    ['@rollup/rollup-linux-armv7', { os: 'linux', cpu: 'arm' }],
    ['helper', undefined],
  ])('reads the platform of %s from its name', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});
