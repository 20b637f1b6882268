import type { UserId } from '@verbatim/domain';
import { ReadModelsUnavailableError } from '@verbatim/read-models';
import type { CursorCodec } from '../delivery/cursor.js';
import { GatewayOperations } from './gateway-operations.js';

const call = {
  op: 'user.me',
  actor: { userId: '018f0000-0000-7000-8000-aaaa00000001' as UserId } as never,
  d: {},
  traceId: 'trace-1',
  address: '127.0.0.1',
  ipClass: 'loopback',
  chatCursor: null,
} as const;
const failing = (error: Error) => new GatewayOperations({} as CursorCodec, { 'user.me': () => Promise.reject(error) });

describe('an operation of the gateway', () => {
  it('is answered 503 while the read models do not answer, over a socket and over HTTP', async () => {
    const operations = failing(new ReadModelsUnavailableError('the database does not answer'));
    for (const result of [await operations.onSocket(call, null), await operations.onHttp(call)])
      expect(result).toMatchObject({ ok: false, error: { code: 'unavailable', retryable: true, traceId: 'trace-1' } });
  });

  it('leaves other failures to whoever reports them', async () => {
    await expect(failing(new Error('a mistake')).onHttp(call)).rejects.toThrow('a mistake');
  });
});
