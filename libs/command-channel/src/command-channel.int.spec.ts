import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { OperationCall } from '@verbatim/http-edge';
import { type OpResult, protocolError } from '@verbatim/protocol';
import { channelLimits } from './channel-limits.js';
import {
  closeAll,
  conversationOf,
  echo,
  freeUrl,
  openChannel,
  runElsewhere,
  runEndpoint,
  runImpostor,
  sendTo,
  someCall,
} from './channel.fixtures.js';

afterEach(closeAll);

const codeOf = (result: OpResult): string => (result.ok ? `${result.status}` : result.error.code);
const gate = () => Promise.withResolvers<void>();

describe('a call over the channel', () => {
  it('is executed as it was given, and answered as it was answered', async () => {
    const seen: OperationCall[] = [];
    const { url } = await runEndpoint(async (call) => {
      seen.push(call);
      return { ok: true, status: 201, dText: '{"text":"line\\nnext ✓","n":1}' };
    });
    const call = { ...sendTo(randomUUID(), 'naïve\n\u2028 "quoted"'), chatCursor: 'abc' };
    const result = await (await openChannel([url])).call(call);
    expect(seen).toEqual([{ ...call, answerBeforeMs: expect.any(Number) }]);
    expect(result).toEqual({ ok: true, status: 201, dText: '{"text":"line\\nnext ✓","n":1}' });
  });

  it('is not held up by a slow one that was sent with it', async () => {
    const slow = gate();
    const { url } = await runEndpoint(async (call) => {
      if (call.d['body'] === 'slow') await slow.promise;
      return echo(call);
    });
    const channel = await openChannel([url]);
    const order: string[] = [];
    const first = channel.call(sendTo(randomUUID(), 'slow')).then(() => order.push('slow'));
    await channel.call(sendTo(randomUUID(), 'quick')).then(() => order.push('quick'));
    slow.resolve();
    await first;
    expect(order).toEqual(['quick', 'slow']);
  });

  it('goes with the others of its turn, however many', async () => {
    const requests: number[] = [];
    const { url, server } = await runEndpoint(echo);
    server.server.on('request', ({ method }: IncomingMessage) => void (method === 'POST' && requests.push(1)));
    const channel = await openChannel([url]);
    const calls = Array.from({ length: 600 }, (_, index) => sendTo(randomUUID(), `message ${index}`));
    const results = await Promise.all(calls.map(channel.call));
    expect(results.map((result) => result.ok && (JSON.parse(result.dText) as { body: string }).body)).toEqual(
      calls.map(({ d }) => d['body']),
    );
    expect(requests.length).toBeLessThanOrEqual(3);
  });

  it('that hashes a password is given longer than one that does not', async () => {
    const slow = gate();
    const { url } = await runEndpoint(async (call) => {
      await slow.promise;
      return echo(call);
    });
    const channel = await openChannel([url], { callMaxMs: 100 });
    const d = { userName: 'ada', password: 'correct horse' };
    const login = channel.call({ ...someCall('account.login', d), actor: null });
    expect(codeOf(await channel.call(sendTo(randomUUID())))).toBe('unavailable');
    slow.resolve();
    expect(codeOf(await login)).toBe('201');
  });

  it('is refused with what is wrong when its fields are', async () => {
    const { url } = await runEndpoint(echo);
    const result = await (await openChannel([url])).call(someCall('message.send', { conversationId: 'x' }));
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid-request' } });
  });

  it('is `internal` when its execution throws', async () => {
    const { url } = await runEndpoint(() => Promise.reject(new Error('nobody foresaw this')));
    expect(codeOf(await (await openChannel([url])).call(sendTo(randomUUID())))).toBe('internal');
  });

  it('is executed again with the same command id, minted here, when its answer was cut off', async () => {
    const bodies: string[] = [];
    const cutting = await runImpostor((response, body) => {
      bodies.push(body);
      response.writeHead(200).write('{"n":0,"status":2');
      response.destroy();
    });
    const { url } = await runEndpoint(echo);
    const conversationId = conversationOf(cutting, [cutting, url]);
    const channel = await openChannel([cutting, url]);
    const result = await channel.call(someCall('group.rename', { conversationId, name: 'tea' }));
    const sent = (JSON.parse(bodies[0] as string) as { calls: OperationCall[] }).calls[0]?.d;
    expect(bodies).toHaveLength(1);
    expect(sent?.['commandId']).toEqual(expect.any(String));
    expect(result.ok && JSON.parse(result.dText)).toEqual(sent);
  });

  it('keeps the answers that came before the cut', async () => {
    const cutting = await runImpostor((response) => {
      response
        .writeHead(200)
        .write('{"n":0,"status":201,"d":{"from":"the first"}}\n{"n":1,"st', () => response.destroy());
    });
    const { url } = await runEndpoint(echo);
    const conversationId = conversationOf(cutting, [cutting, url]);
    const channel = await openChannel([cutting, url]);
    const [one, other] = await Promise.all([
      channel.call(sendTo(conversationId)),
      channel.call(sendTo(conversationId, 'b')),
    ]);
    expect(one).toMatchObject({ dText: '{"from":"the first"}' });
    expect(other?.ok && JSON.parse(other.dText)).toMatchObject({ body: 'b' });
  });
});

describe('a command-api that does not answer', () => {
  const limits = { silenceMaxMs: 100, callMaxMs: 1_000 };

  it('loses its calls to the next one when it takes them and falls silent', async () => {
    const hanging = await runImpostor(() => {});
    const { url } = await runEndpoint(echo);
    const channel = await openChannel([hanging, url], limits);
    expect(codeOf(await channel.call(sendTo(conversationOf(hanging, [hanging, url]))))).toBe('201');
  });

  it('may still execute what it took: another one refuses that for good only when its time is over', async () => {
    const hanging = await runImpostor(() => {});
    const { url } = await runEndpoint(async ({ traceId }) => ({
      ok: false,
      error: protocolError('not-a-member', { traceId }),
    }));
    const channel = await openChannel([hanging, url], { ...limits, restMs: 60_000 });
    const call = sendTo(conversationOf(hanging, [hanging, url]));
    expect(codeOf(await channel.call(call))).toBe('unavailable');
    expect(codeOf(await channel.call(call))).toBe('not-a-member');
  });

  it('loses no login to another: that one is `unavailable`', async () => {
    const hanging = await runImpostor(() => {});
    const { url } = await runEndpoint(echo);
    const channel = await openChannel([hanging, url], limits);
    for (let index = 0; ; index += 1) {
      const d = { userName: `ada${index}`, password: 'correct horse' };
      const result = await channel.call({ ...someCall('account.login', d), actor: null });
      // Once the silent one is known, nothing goes there.
      if (result.ok) return;
      expect(codeOf(result)).toBe('unavailable');
    }
  });

  it('is told from one that is slow by its heartbeats', async () => {
    const slow = gate();
    const { url } = await runEndpoint(async (call) => {
      await slow.promise;
      return echo(call);
    });
    const silenceMaxMs = 2 * channelLimits.heartbeatMs;
    const channel = await openChannel([url], { silenceMaxMs, callMaxMs: 30_000 });
    const result = channel.call(sendTo(randomUUID()));
    setTimeout(() => slow.resolve(), 2 * silenceMaxMs);
    expect(codeOf(await result)).toBe('201');
    expect(channel.isReachable).toBe(true);
  });

  it('is not blamed when the gateway itself stands still for a while', async () => {
    const url = await runElsewhere();
    const channel = await openChannel([url], { silenceMaxMs: 100, callMaxMs: 150, passwordCallMaxMs: 150 });
    const login = { ...someCall('account.login', { userName: 'ada', password: 'correct horse' }), actor: null };
    const result = channel.call(login);
    // Until the request is written; then nothing is read for longer than any limit.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    const untilMs = performance.now() + 400;
    while (performance.now() < untilMs);
    expect(codeOf(await result)).toBe('200');
    expect(channel.isReachable).toBe(true);
  });

  it('makes a call `unavailable` when its time is over and there is no other', async () => {
    const hanging = await runImpostor(() => {});
    const channel = await openChannel([hanging], { ...limits, callMaxMs: 300 });
    const result = await channel.call(sendTo(randomUUID()));
    expect(result).toMatchObject({ ok: false, error: { code: 'unavailable', retryable: true } });
  });

  it('is no reason to refuse logins when it never took them', async () => {
    const nobody = await freeUrl();
    const { url } = await runEndpoint(echo);
    const channel = await openChannel([nobody, url]);
    const d = { userName: 'ada', password: 'correct horse' };
    expect(codeOf(await channel.call({ ...someCall('account.login', d), actor: null }))).toBe('201');
  });

  it('gets calls again once it is back', async () => {
    const url = await freeUrl();
    const channel = await openChannel([url], { restMs: 10, callMaxMs: 10_000 });
    expect(channel.isReachable).toBe(false);
    const waiting = channel.call(sendTo(randomUUID()));
    await runEndpoint(echo, Number(new URL(url).port));
    expect(codeOf(await waiting)).toBe('201');
  });

  it('is not believed when it says what is no answer', async () => {
    const stranger = await runImpostor((response) => void response.writeHead(200).end('<html>hello</html>\n'));
    const channel = await openChannel([stranger], { callMaxMs: 200 });
    expect(codeOf(await channel.call(sendTo(randomUUID())))).toBe('unavailable');
  });
});
