import { operations, type OperationName } from '@verbatim/protocol';
import { createMemoryRateLimiter, rateLimitsOf } from '@verbatim/rate-limit';
import type { OperationCall } from './operation-call.js';
import { limitByClass } from './operation-limits.js';

const nobody = { op: '', actor: null, d: {}, traceId: 't', ipClass: 'public', chatCursor: null } as const;
const from = (address: string): OperationCall => ({ ...nobody, address });
const by = (userId: string, sessionId: string): OperationCall => ({
  ...from('192.0.2.1'),
  actor: { userId, sessionId, deviceId: 'd', role: 'user' },
});

/** How many of the calls in a row are allowed, at limits of a hundredth. */
const allowedOf = async (op: OperationName, calls: readonly OperationCall[]): Promise<readonly boolean[]> => {
  const limit = limitByClass(createMemoryRateLimiter({ nowMs: () => 0 }), rateLimitsOf(0.01));
  const allowed: boolean[] = [];
  for (const call of calls) allowed.push((await limit(operations[op], call))?.allowed ?? true);
  return allowed;
};

describe('the limit of an operation', () => {
  it('counts connections by address, of an IPv6 network as one', async () => {
    const home = Array<OperationCall>(31).fill(from('2001:db8::1'));
    const allowed = await allowedOf('auth', [...home, from('2001:db8::2'), from('2001:db8:1::1')]);
    expect(allowed).toEqual([...Array<boolean>(30).fill(true), false, false, true]);
  });
  it('counts renewals of a token by session', async () => {
    const calls = [by('ada', 's1'), by('ada', 's1'), by('ada', 's2')];
    expect(await allowedOf('auth.refresh', calls)).toEqual([true, false, true]);
  });
  it('counts commands by user, over all sessions', async () => {
    const calls = [by('ada', 's1'), by('ada', 's1'), by('ada', 's1'), by('ada', 's2'), by('bob', 's3')];
    expect(await allowedOf('group.create', calls)).toEqual([true, true, true, false, true]);
  });
  it('leaves logins and refreshes of nobody yet to identity', async () => {
    const calls = Array<OperationCall>(5).fill(from('192.0.2.1'));
    expect(await allowedOf('account.login', calls)).toEqual(Array<boolean>(5).fill(true));
    expect(await allowedOf('account.refresh', calls)).toEqual(Array<boolean>(5).fill(true));
  });
});
