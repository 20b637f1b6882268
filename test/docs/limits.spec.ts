import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { httpLimits } from '@verbatim/http-edge';
import * as protocol from '@verbatim/protocol';
import { rateLimitsOf } from '@verbatim/rate-limit';
import { documentText, plain, tableRows } from './documents.fixtures.js';

const text = documentText('docs/protocol/limits.md');
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const documented = (head: string, of = text): Readonly<Record<string, string>> =>
  Object.fromEntries(tableRows(of, head).map(([name = '', value = '']) => [plain(name), plain(value)]));

/** Constants that a library exports: `NAME_IN_CAPITALS`. */
const constants = Object.entries(protocol).filter(([name]) => /^[A-Z][A-Z_]+$/.test(name));
const isNumber = ([name, value]: readonly [string, unknown]): boolean =>
  typeof value === 'number' && name !== 'PROTOCOL_VERSION';
const texts = (entries: readonly (readonly [string, unknown])[]) =>
  Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));

const unitOf = (name: string): RegExp => {
  if (name.endsWith('_MS') || name.endsWith('Ms')) return /^ms$/;
  if (name.endsWith('_S')) return /^s$/;
  return /BYTES|Bytes/.test(name) ? /^bytes/ : /^[a-z][\w ]+$/;
};

/** Values of constants that the server keeps to itself, as its sources have them. */
const sourceConstant = (name: string): string | undefined => {
  const files = globSync('{apps/gateway,libs/presence}/src/**/*.ts', { cwd: ROOT });
  const declaration = new RegExp(`const ${name} = ([\\d_]+);`);
  const values = files.map((file) => declaration.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1]);
  return values.find((value) => value !== undefined)?.replaceAll('_', '');
};

describe('the documented limits', () => {
  it('are those of the protocol', () => {
    expect(documented('Limit')).toEqual(texts(constants.filter(isNumber)));
  });

  it('have the names and forms of the protocol', () => {
    expect(documented('Name')).toEqual(texts(constants.filter((constant) => !isNumber(constant))));
  });

  it('have the units that their names end in', () => {
    const rows = ['Limit', 'Server limit', 'HTTP limit'].flatMap((head) => tableRows(text, head));
    expect(rows.filter(([name = '', , unit = '']) => !unitOf(plain(name)).test(unit))).toEqual([]);
  });

  it('of the server are those of its sources', () => {
    const limits = documented('Server limit');
    expect(Object.keys(limits).length).toBeGreaterThan(5);
    expect(limits).toEqual(Object.fromEntries(Object.keys(limits).map((name) => [name, sourceConstant(name)])));
  });

  it('of HTTP are those of its edge', () => {
    expect(documented('HTTP limit')).toEqual(texts(Object.entries(httpLimits)));
  });

  it('of rates are those that the server counts by', () => {
    const rows = tableRows(text, 'Rate').map(([name = '', uses, window]) => [plain(name), uses, window]);
    const rates = Object.entries(rateLimitsOf(1));
    expect(rows).toEqual(rates.map(([name, { count, windowMs }]) => [name, String(count), String(windowMs / 1_000)]));
  });

  it('would be found out by another value', () => {
    const wrong = text.replace(/(`FOCUS_MAX`\s*\| )20/, '$121').replace(/(`HELD_MAX_EVENTS`\s*\| )10000/, '$120000');
    expect(wrong).not.toBe(text);
    expect(documented('Limit', wrong)).not.toEqual(texts(constants.filter(isNumber)));
    expect(documented('Server limit', wrong)['HELD_MAX_EVENTS']).not.toBe(sourceConstant('HELD_MAX_EVENTS'));
  });
});
