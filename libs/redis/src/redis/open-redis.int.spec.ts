import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { OperatorError, createMetrics, pause } from '@verbatim/platform';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import { RedisUnavailableError, type RedisConnection } from '../redis-connection.js';
import { openRedis, openRedisSubscriber, type RedisOptions } from './open-redis.js';
import { next, silent } from './redis.fixtures.js';
import { redisScript } from './run-script.js';

const options: RedisOptions = { variable: 'PRESENCE_URL', use: 'presence', logger: silent };
const refusal = async (url: string): Promise<string> => {
  const error = await openRedis(url, options).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OperatorError);
  return (error as OperatorError).message;
};

/** Answers every command with what `answer` says; null hangs. */
const impostor = async (answer: string | null): Promise<{ server: Server; port: number }> => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => answer !== null && socket.write(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
};

describe('a Redis that cannot be used', () => {
  it.each([
    'redis:',
    'redis:///3',
    'http://127.0.0.1:6379',
    '127.0.0.1:6379',
    'redis://127.0.0.1:6379/zero',
    'redis://127.0.0.1:99999',
    'redis://127.0.0.1/0?password=secret',
  ])('is %s', async (url) => {
    expect(await refusal(url)).toBe(
      'PRESENCE_URL has to be redis://[[user]:password@]host[:port][/database], or rediss:// for TLS',
    );
  });
  it('is one that is not there', async () => {
    const { server, port } = await impostor(null);
    server.close();
    expect(await refusal(`redis://ada:secret@127.0.0.1:${port}`)).toBe(
      `no usable Redis at 127.0.0.1:${port} (connect ECONNREFUSED 127.0.0.1:${port}); start one there, or correct PRESENCE_URL`,
    );
  });
  it('is one that accepts and never answers', async () => {
    const { server, port } = await impostor(null);
    expect(await refusal(`redis://127.0.0.1:${port}`)).toMatch('(it does not answer)');
    server.close();
  });
  it('is something else that answers', async () => {
    const { server, port } = await impostor('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(await refusal(`redis://127.0.0.1:${port}`)).toBe(
      `no usable Redis at 127.0.0.1:${port} (Unknown RESP type 72 "H"); start one there, or correct PRESENCE_URL`,
    );
    server.close();
  });
  it('is one before 7.0', async () => {
    const { server, port } = await impostor('$20\r\nredis_version:6.2.14\r\n');
    expect(await refusal(`redis://127.0.0.1:${port}`)).toBe(
      `the Redis at 127.0.0.1:${port} (PRESENCE_URL) is of version 6.2.14; it has to be 7.0 or later`,
    );
    server.close();
  });
});

describeWithEngine('redis', (engine) => {
  let server: RunningEngine;
  let redis: RedisConnection;
  beforeAll(async () => {
    server = await engine.start();
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    redis = await openRedis(server.url, options);
  });
  afterEach(() => redis.close());

  it('answers commands and scripts', async () => {
    expect(await redis.send(['SET', 'name', 'Ada'])).toBe('OK');
    const script = redisScript("return {redis.call('GET', ARGV[1]), #ARGV, false}");
    expect(await redis.run(script, ['name'])).toEqual(['Ada', 1, null]);
    await redis.send(['SCRIPT', 'FLUSH']);
    expect(await redis.run(script, ['name'])).toEqual(['Ada', 1, null]);
  });

  it('tells credentials that are refused, without showing them', async () => {
    await redis.send(['ACL', 'SETUSER', 'ada', 'on', '>right-one', '~*', '&*', '+@all', '-info']);
    await redis.send(['CONFIG', 'SET', 'requirepass', 'right-one']);
    try {
      const { port } = server;
      expect(await refusal(`redis://127.0.0.1:${port}`)).toBe(
        `the Redis at 127.0.0.1:${port} refuses the user name or password in PRESENCE_URL`,
      );
      expect(await refusal(`redis://:wrong-one@127.0.0.1:${port}`)).toMatch(/refuses the user name or password/);
      expect(await refusal(`redis://ada:right-one@127.0.0.1:${port}`)).toMatch(
        /^the user in PRESENCE_URL lacks a permission .* 'info' command$/,
      );
      const admitted = await openRedis(`redis://:right-one@127.0.0.1:${port}/3`, options);
      expect([admitted.isUp, admitted.database]).toEqual([true, 3]);
      await admitted.close();
    } finally {
      await redis.send(['CONFIG', 'SET', 'requirepass', '']);
    }
  });

  it('tells a database that is not there', async () => {
    expect(await refusal(`${server.url}/99`)).toMatch(/DB index is out of range/);
  });

  it('fails what Redis refuses and stays up', async () => {
    await expect(redis.send(['HGETALL'])).rejects.toThrow(RedisUnavailableError);
    expect(redis.isUp).toBe(true);
  });

  it('fails at once while Redis is killed, and is back when Redis is', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const watched = await openRedis(server.url, { ...options, metrics });
    const isDown = next(watched, 'down');
    const waiting = Promise.allSettled([watched.send(['BLPOP', 'nothing', '0'])]);
    await server.kill();
    await isDown;
    expect(await waiting).toEqual([{ status: 'rejected', reason: expect.any(RedisUnavailableError) }]);
    expect(watched.isUp).toBe(false);
    await expect(watched.send(['PING'])).rejects.toThrow('Redis is down');
    expect(await metrics.text()).toContain('verbatim_redis_up_info{use="presence"} 0');
    const isUp = next(watched, 'up');
    await server.restart();
    await isUp;
    expect(await watched.send(['PING'])).toBe('PONG');
    expect(await metrics.text()).toMatch(/redis_up_info\{use="presence"\} 1[^]*redis_losses_total\{use="presence"\} 1/);
    await watched.close();
  });

  it('gives up a Redis that hangs, does not count a new connection to it as up, and is back when it goes on', async () => {
    const isDown = next(redis, 'down');
    server.pause();
    const hung = await Promise.allSettled([redis.send(['PING']), redis.send(['PING'])]);
    expect(hung.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await isDown;
    await expect(redis.send(['PING'])).rejects.toThrow('Redis is down');
    const isUp = next(redis, 'up');
    server.resume();
    await isUp;
    expect(await redis.send(['PING'])).toBe('PONG');
  });

  it('keeps no more commands waiting than its limit', async () => {
    server.pause();
    const sent = Promise.allSettled(Array.from({ length: 12_000 }, () => redis.send(['PING'])));
    const reasons = new Set(
      (await sent).map((each) => (each.status === 'rejected' ? each.reason.message : 'answered')),
    );
    server.resume();
    expect([...reasons].some((reason) => reason.includes('queue is full'))).toBe(true);
    expect(reasons).not.toContain('answered');
  });

  describe('listening to channels', () => {
    const listenTo = async (channels: readonly string[]) => {
      const heard: string[] = [];
      let woken: () => void = () => {};
      const subscriber = await openRedisSubscriber(server.url, options, (message, channel) => {
        heard.push(`${channel} ${message}`);
        woken();
      });
      for (const channel of channels) await subscriber.subscribe(channel);
      const until = async (message: string): Promise<void> => {
        while (!heard.includes(message)) await new Promise<void>((resolve) => (woken = resolve));
      };
      return { subscriber, heard, until };
    };

    it('hears the channels that it listens to, as long as it does', async () => {
      const { subscriber, heard, until } = await listenTo(['one', 'two']);
      subscriber.unsubscribe('two');
      for (const channel of ['two', 'three', 'one']) await redis.send(['PUBLISH', channel, 'hello']);
      await until('one hello');
      expect(heard).toEqual(['one hello']);
      await subscriber.close();
    });

    it('hears a channel that was given up and wanted again in one turn', async () => {
      const { subscriber, heard, until } = await listenTo(['one']);
      for (let turn = 0; turn < 3; turn += 1) {
        subscriber.unsubscribe('one');
        void subscriber.subscribe('one');
        subscriber.unsubscribe('one');
        await subscriber.subscribe('one');
        await redis.send(['PUBLISH', 'one', String(turn)]);
        await until(`one ${turn}`);
      }
      expect(heard).toEqual(['one 0', 'one 1', 'one 2']);
      await subscriber.close();
    });

    it('is not put out by what it does not understand', async () => {
      const heard: string[] = [];
      const subscriber = await openRedisSubscriber(server.url, options, (message) => {
        heard.push(message);
        throw new Error('not understood');
      });
      await subscriber.subscribe('one');
      for (const message of ['first', 'second']) await redis.send(['PUBLISH', 'one', message]);
      while (heard.length < 2) await pause(1);
      expect(subscriber.isUp).toBe(true);
      await subscriber.close();
    });

    it('hears them again after Redis was killed, those included that came meanwhile', async () => {
      const { subscriber, heard, until } = await listenTo(
        Array.from({ length: 2_500 }, (_, index) => `channel-${index}`),
      );
      const [isDown, isUp, isHeardAgain] = [next(redis, 'down'), next(redis, 'up'), onceUp(subscriber)];
      await server.kill();
      await isDown;
      await subscriber.subscribe('meanwhile');
      await server.restart();
      await Promise.all([isUp, isHeardAgain]);
      for (const channel of ['channel-0', 'channel-2499', 'meanwhile']) await redis.send(['PUBLISH', channel, 'back']);
      await until('meanwhile back');
      expect(heard).toEqual(['channel-0 back', 'channel-2499 back', 'meanwhile back']);
      await subscriber.close();
    });
  });
});

const onceUp = (subscriber: { onUp(listener: () => void): void }): Promise<void> =>
  new Promise((resolve) => subscriber.onUp(resolve));
