import { randomUUID } from 'node:crypto';
import type { OpResult } from '@verbatim/protocol';
import {
  closeAll,
  conversationOf,
  echo,
  openChannel,
  runEndpoint,
  SECRET,
  sendTo,
  somebody,
} from './channel.fixtures.js';
import { CHANNEL_PATH } from './wire/channel-route.js';

afterEach(closeAll);

const codeOf = (result: OpResult): string => (result.ok ? `${result.status}` : result.error.code);

const post = (url: string, body: unknown, authorization?: string): Promise<Response> =>
  fetch(`${url}${CHANNEL_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body: JSON.stringify(withWaits(body)),
  });

/** The body with a wait for each call, unless the spec says what they are. */
const withWaits = (body: unknown): unknown => {
  const { calls } = body as { calls?: unknown[] };
  return calls === undefined ? body : { waitsMs: calls.map(() => 1_000), ...(body as object) };
};

describe('the end of the channel in a command-api', () => {
  it.each([
    ['no secret', undefined],
    ['another secret', `Bearer ${SECRET.slice(1)}x`],
    ['an access token', 'Bearer eyJhbGciOiJFZERTQSJ9.e30.c2ln'],
    ['the secret without its scheme', SECRET],
    ['nothing', ''],
  ])('executes nothing for %s', async (_, authorization) => {
    let executed = 0;
    const { url } = await runEndpoint((call) => {
      executed += 1;
      return echo(call);
    });
    const response = await post(url, { calls: [sendTo(randomUUID())] }, authorization);
    expect([response.status, executed]).toEqual([401, 0]);
  });

  const good = sendTo('018f0000-0000-7000-8000-00000000000c');
  it.each([
    ['no calls', { calls: [] }],
    ['something else', { calls: [good], more: 1 }],
    ['a list', [good]],
    ['too many calls', { calls: Array.from({ length: 257 }, () => good) }],
    ['a call without its actor', { calls: [{ ...good, actor: null }] }],
    ['an actor with a role that is none', { calls: [{ ...good, actor: { ...somebody, role: 'root' } }] }],
    ['an actor with another field', { calls: [{ ...good, actor: { ...somebody, admin: true } }] }],
    ['an operation of the gateway', { calls: [{ ...good, op: 'history.page' }] }],
    ['an operation that is none', { calls: [{ ...good, op: 'constructor' }] }],
    ['a trace id that is none', { calls: [{ ...good, traceId: 'x\ny' }] }],
    ['an address that is a book', { calls: [{ ...good, address: 'x'.repeat(65) }] }],
    ['a good call and one that is none', { calls: [good, null] }],
    ['a call without its wait', { calls: [good], waitsMs: [] }],
    ['a wait that is none', { calls: [good], waitsMs: ['1000'] }],
    ['a wait that is over before it began', { calls: [good], waitsMs: [-1] }],
    ['a wait for ever', { calls: [good], waitsMs: [60_001] }],
  ])('executes nothing of a request with %s', async (_, body) => {
    let executed = 0;
    const { url } = await runEndpoint((call) => {
      executed += 1;
      return echo(call);
    });
    const response = await post(url, body, `Bearer ${SECRET}`);
    expect([response.status, executed]).toEqual([400, 0]);
  });

  it('refuses a body that is larger than any batch', async () => {
    const { url } = await runEndpoint(echo);
    const body = { calls: [{ ...good, d: { body: 'x'.repeat(1_300_000) } }] };
    expect((await post(url, body, `Bearer ${SECRET}`)).status).toBe(413);
  });

  it('finishes what it took while it drains, and sends the rest elsewhere', async () => {
    const slow = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const first = await runEndpoint(async (call) => {
      taken.resolve();
      await slow.promise;
      return { ...(await echo(call)), status: 200 } as OpResult;
    });
    const second = await runEndpoint(echo);
    const urls = [first.url, second.url];
    const conversationId = conversationOf(first.url, urls);
    const channel = await openChannel(urls);
    const inFlight = channel.call(sendTo(conversationId));
    await taken.promise;
    const drained = first.endpoint.drain();
    expect(codeOf(await channel.call(sendTo(conversationId)))).toBe('201');
    slow.resolve();
    expect(codeOf(await inFlight)).toBe('200');
    await drained;
    expect(first.endpoint.executing()).toBe(0);
  });

  it('goes on with its calls when the gateway hangs up', async () => {
    const slow = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const { url, endpoint } = await runEndpoint(async (call) => {
      taken.resolve();
      await slow.promise;
      return echo(call);
    });
    const channel = await openChannel([url]);
    const result = channel.call(sendTo(randomUUID()));
    await taken.promise;
    channel.close();
    slow.resolve();
    await endpoint.drain();
    expect(codeOf(await result)).toBe('unavailable');
  });

  it('is unavailable, and never asked, to a gateway with another secret', async () => {
    const { url } = await runEndpoint(echo);
    const channel = await openChannel([url], { callMaxMs: 100 }, 'another secret of 32 characters!');
    expect(channel.isReachable).toBe(false);
    expect(codeOf(await channel.call(sendTo(randomUUID())))).toBe('unavailable');
  });
});

describe('a gateway under more load than the channel takes', () => {
  it('refuses calls beyond those that may wait', async () => {
    const slow = Promise.withResolvers<void>();
    const { url } = await runEndpoint(async (call) => {
      await slow.promise;
      return echo(call);
    });
    const channel = await openChannel([url], { waitingMaxCalls: 2 });
    const taken = [channel.call(sendTo(randomUUID())), channel.call(sendTo(randomUUID()))];
    expect(codeOf(await channel.call(sendTo(randomUUID())))).toBe('overloaded');
    slow.resolve();
    expect((await Promise.all(taken)).map(codeOf)).toEqual(['201', '201']);
  });

  it('lets quick calls past those that are known to be slow', async () => {
    const slow = Promise.withResolvers<void>();
    const { url } = await runEndpoint(async (call) => {
      if (call.op === 'receipt.advance') await slow.promise;
      return echo(call);
    });
    const channel = await openChannel([url], { promptRequestsMax: 1, patientRequestsMax: 1 });
    const d = { conversationId: randomUUID(), readUpTo: 1 };
    const receipt = channel.call({ ...sendTo(randomUUID()), op: 'receipt.advance', d });
    expect(codeOf(await channel.call(sendTo(randomUUID())))).toBe('201');
    slow.resolve();
    expect(codeOf(await receipt)).toBe('201');
  });
});
