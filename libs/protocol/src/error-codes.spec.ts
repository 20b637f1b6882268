import { globSync, readFileSync } from 'node:fs';
import { errorCodes, isErrorCode, protocolError, problemOf, retryAfterHeaderOf } from './index.js';
import type { ErrorCode, ErrorCodeFacts } from './index.js';

const table = Object.entries(errorCodes) as readonly [ErrorCode, ErrorCodeFacts][];

/** From the source text: this library may not depend on the domain, whose codes it has to carry. */
const domainCodes = (): readonly string[] => {
  const files = globSync(new URL('../../domain/src/**/*.ts', import.meta.url).pathname);
  const sources = files.filter((file) => !file.endsWith('.spec.ts')).map((file) => readFileSync(file, 'utf8'));
  return sources.flatMap((source) => [...source.matchAll(/\| \{ code: '([a-z-]+)'/g)].map(([, code]) => code ?? ''));
};

describe('the table of error codes', () => {
  it('has every rejection of the domain', () => {
    const codes = domainCodes();
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !isErrorCode(code))).toEqual([]);
  });

  it.each(table)('%s is kebab case with a sentence and a status of the 4xx or 5xx class', (code, facts) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(facts.meaning).toMatch(/^[A-Z].*\.$/);
    expect(facts.status).toBeGreaterThanOrEqual(400);
    expect(facts.status).toBeLessThan(600);
  });

  it.each(table)(
    '%s says when to come back exactly if its status asks to',
    (_, { status, retryAfterMs, retryable }) => {
      const asksToWait = status === 429 || status === 503;
      expect(retryAfterMs !== undefined).toBe(asksToWait);
      expect(retryable).toBe(asksToWait || status === 408);
    },
  );

  it('knows no server failure but a bug and a wait', () => {
    const failures = table.filter(([, { status }]) => status >= 500 && status !== 503).map(([code]) => code);
    expect(failures).toEqual(['internal']);
  });

  it.each(['constructor', '__proto__', 'toString', ''])('does not take %j for a code', (name) => {
    expect(isErrorCode(name)).toBe(false);
  });
});

describe('making an error', () => {
  it('takes meaning, retryability and wait from the table', () => {
    expect(protocolError('busy', { traceId: 't1' })).toEqual({
      code: 'busy',
      message: errorCodes.busy.meaning,
      retryable: true,
      retryAfterMs: 250,
      traceId: 't1',
    });
  });

  it('prefers the wait that the server measured', () => {
    expect(protocolError('rate-limited', { traceId: 't', retryAfterMs: 4_200 }).retryAfterMs).toBe(4_200);
  });

  it('becomes a problem document with the same code, details and trace id', () => {
    const details = [{ path: '/limit', code: 'max' }] as const;
    expect(problemOf(protocolError('invalid-request', { traceId: 't', message: 'limit', details }))).toEqual({
      type: 'urn:verbatim:error:invalid-request',
      title: errorCodes['invalid-request'].meaning,
      status: 400,
      code: 'invalid-request',
      detail: 'limit',
      retryable: false,
      details,
      traceId: 't',
    });
  });

  it('has no detail that only repeats the title', () => {
    expect(problemOf(protocolError('forbidden', { traceId: 't' }))).not.toHaveProperty('detail');
  });

  it.each([
    [1, '1'],
    [999, '1'],
    [1_001, '2'],
    [30_000, '30'],
  ])('rounds %i ms up to a Retry-After of %s s', (retryAfterMs, seconds) => {
    expect(retryAfterHeaderOf(protocolError('overloaded', { traceId: 't', retryAfterMs }))).toBe(seconds);
  });

  it('has no Retry-After where waiting does not help', () => {
    expect(retryAfterHeaderOf(protocolError('not-found', { traceId: 't' }))).toBeNull();
  });
});
