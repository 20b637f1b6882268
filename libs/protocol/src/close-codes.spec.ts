import { closeCodes, errorCodes, reconnectsAfter } from './index.js';
import type { ErrorCodeFacts } from './index.js';

const table = Object.entries(closeCodes);

describe('the table of close codes', () => {
  it.each(table)('%s says by its class whether to reconnect', (_, { code, reconnect }) => {
    expect(code).toBeGreaterThanOrEqual(reconnect ? 4000 : 4500);
    expect(code).toBeLessThanOrEqual(reconnect ? 4499 : 4999);
    expect(reconnectsAfter(code)).toBe(reconnect);
  });

  it('calls nothing worth repeating that it closes for good', () => {
    const facts = errorCodes as Readonly<Record<string, ErrorCodeFacts>>;
    const shared = table.filter(([name]) => name in facts);
    expect(shared.map(([name]) => name)).toContain('too-many-sessions');
    for (const [name, { reconnect }] of shared)
      expect([name, !reconnect && facts[name]?.retryable]).toEqual([name, false]);
  });

  it('has each number once', () => {
    expect(new Set(table.map(([, { code }]) => code)).size).toBe(table.length);
  });

  it.each([4499, 4000, 1000, 1001, 1006, 1009, 1012, 3999, 5000])('reconnects after %i', (code) => {
    expect(reconnectsAfter(code)).toBe(true);
  });

  it.each([4500, 4999])('stays away after %i, a code that it need not know', (code) => {
    expect(reconnectsAfter(code)).toBe(false);
  });
});
