import { systemRuntime } from '../kernel/runtime.js';
import { fixedAddress, foundAddress } from './gateway-address.js';
import type { FetchLike } from './http.js';

const BASE_URL = 'https://chat.example';

/** A service that answers with this; `asked` are the addresses and tokens that it was asked with. */
const service = (status: number, reply: unknown) => {
  const asked: string[] = [];
  const fetch: FetchLike = async (url, { method, headers }) => {
    asked.push(`${method} ${url} ${headers['authorization']}`);
    return { ok: status === 200, status, text: async () => JSON.stringify(reply) };
  };
  return { asked, http: { fetch, runtime: systemRuntime, baseUrl: BASE_URL, timeoutMs: 1_000 } };
};

describe('the address of a connection', () => {
  it('is that of the service', async () => {
    expect(await fixedAddress('http://127.0.0.1:8080/')('token')).toBe('ws://127.0.0.1:8080/v1/ws');
  });

  it('is that of the gateway that the service names', async () => {
    const { http, asked } = service(200, { gatewayId: 'g1', url: 'https://g1.chat.example' });
    expect(await foundAddress(http)('token')).toBe('wss://g1.chat.example/v1/ws');
    expect(await foundAddress(http, 'north pole')('token')).toBe('wss://g1.chat.example/v1/ws');
    expect(asked).toEqual([
      `GET ${BASE_URL}/v1/gateway Bearer token`,
      `GET ${BASE_URL}/v1/gateway?zone=north%20pole Bearer token`,
    ]);
  });

  it.each([
    ['refuses', 503, { code: 'overloaded', title: '', status: 503 }],
    ['names no gateway', 200, {}],
    ['names what is no address', 200, { url: 'javascript:alert(1)' }],
  ])('is that of the service when it %s', async (_, status, reply) => {
    expect(await foundAddress(service(status, reply).http)('token')).toBe('wss://chat.example/v1/ws');
  });
});
