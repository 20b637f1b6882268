import { InvalidConfigError } from '@verbatim/platform';
import { isOfOneProcess, rateLimitConfig, rateLimitsOf } from './rate-limits.js';

describe('the named limits', () => {
  it('are multiplied by the scale, all but those the protocol fixes', () => {
    const limits = rateLimitConfig({ RATE_LIMIT_SCALE: '2.5' }).limits;
    expect(limits['login:address']).toEqual({ count: 750, windowMs: 60_000 });
    expect(limits['login:account']).toEqual({ count: 75, windowMs: 60_000 });
    expect(limits['malformed:connection']).toEqual({ count: 10, windowMs: 60_000 });
  });
  it('are those of the protocol without a scale', () => {
    const { limits, scale } = rateLimitConfig({});
    expect(scale).toBe(1);
    expect(limits['registration:address'].count).toBe(300);
    expect(limits['login:account'].count).toBe(30);
  });
  it('allow one use at the least', () => {
    for (const { count } of Object.values(rateLimitsOf(0.01))) expect(count).toBeGreaterThanOrEqual(1);
  });
  it.each(['0', '-1', 'fast', '1e3', 'Infinity'])('refuse the scale %s', (scale) => {
    expect(() => rateLimitConfig({ RATE_LIMIT_SCALE: scale })).toThrow(InvalidConfigError);
  });
});

describe('what is counted by one process alone', () => {
  it.each(['message:user:ada', 'receipt:user:ada', 'malformed:connection:1'])('is %s', (key) => {
    expect(isOfOneProcess(key)).toBe(true);
  });
  it.each(['login:account:message:user', 'login:everyone:', 'registration:address:2001:db8:0:0::/64', 'message'])(
    'is not %s',
    (key) => {
      expect(isOfOneProcess(key)).toBe(false);
    },
  );
});
