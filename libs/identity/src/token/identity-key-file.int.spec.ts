import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '@verbatim/platform';
import { loadIdentityKeys, rotateIdentityKey } from './identity-key-file.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verbatim-keys-'));
  file = join(folder, 'data', 'identity-key.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const load = (createMissing = true) => loadIdentityKeys(file, { createMissing });

describe('the key file', () => {
  it('is made for its owner alone, once', async () => {
    const made = await load();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'data'))).toEqual(['identity-key.json']);
    expect((await load(false)).jwks).toEqual(made.jwks);
    expect((await load()).refreshSecret).toEqual(made.refreshSecret);
  });
  it('is not made where a missing key has to stop the start', async () => {
    await expect(load(false)).rejects.toThrow(OperatorError);
    expect(readdirSync(folder)).toEqual([]);
  });
  it.each([0o640, 0o604, 0o666])('is refused with mode %o, and the message says what to do', async (mode) => {
    await load();
    chmodSync(file, mode);
    await expect(load()).rejects.toThrow(`chmod 600 ${file}`);
  });
  it.each([
    ['empty', ''],
    ['no JSON', '{"keys":['],
    ['null', 'null'],
    ['without keys', '{"version":1,"keys":[],"refreshSecret":"x"}'],
    ['a key of another kind', '{"version":1,"keys":[{"privateKey":{"kty":"oct","k":"c2VjcmV0"}}],"refreshSecret":"x"}'],
  ])('is refused when it is %s, without a word of what is in it', async (_, text) => {
    await load();
    writeFileSync(file, text);
    await expect(load()).rejects.toThrow(OperatorError);
    await expect(load()).rejects.toThrow(/^\S+ is not a key file/);
  });
  it('is refused when a key in it was cut short', async () => {
    await load();
    const document = JSON.parse(readFileSync(file, 'utf8')) as { keys: { privateKey: { d: string } }[] };
    (document.keys[0] as { privateKey: { d: string } }).privateKey.d = 'AAAA';
    writeFileSync(file, JSON.stringify(document));
    await expect(load()).rejects.toThrow(OperatorError);
  });
  it('keeps the keys before when it is rotated, and its mode', async () => {
    const before = await load();
    await rotateIdentityKey(file);
    const after = await load(false);
    expect(after.signing.kid).not.toBe(before.signing.kid);
    expect(after.jwks.keys.map(({ kid }) => kid)).toEqual([before.signing.kid, after.signing.kid]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
