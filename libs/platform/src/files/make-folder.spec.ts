import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verbatim-folders-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const describeOnLinux = existsSync('/proc/self') ? describe : describe.skip;

describe('making a folder', () => {
  it('makes those above it, all with the mode', () => {
    makeFolder(join(folder, 'a', 'b'), 0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
  });
  it('leaves one that is there', () => {
    makeFolder(join(folder, 'a'), 0o750);
    makeFolder(join(folder, 'a'), 0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o750);
  });
  it('is refused below and in place of a file', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file'))).toThrow('EEXIST');
    expect(() => makeFolder(join(folder, 'file', 'a'))).toThrow('EEXIST');
  });
});

describeOnLinux('making a folder in /proc', () => {
  it('ends, with the error of the file system', () => {
    expect(() => makeFolder('/proc/verbatim/data')).toThrow('ENOENT');
  });
});
