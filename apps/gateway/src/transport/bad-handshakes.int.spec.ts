import { runGateway, someActor, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { RawClient, bigEndian, rawFrame, upgradeRequest } from '../testkit/raw-client.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

const POST = 'POST /v1/ws HTTP/1.1';
const text = (value: string): Buffer => Buffer.from(value);

const handshakes: readonly (readonly [string, number, string])[] = [
  ['as it should be', 101, upgradeRequest()],
  ['with our subprotocol', 101, upgradeRequest({ 'Sec-WebSocket-Protocol': 'chat.v1.json' })],
  ['from an allowed origin', 101, upgradeRequest({ Origin: 'https://good.example' })],
  ['with a bearer and without an origin', 101, upgradeRequest({ Authorization: 'Bearer x' })],
  ['from another origin', 403, upgradeRequest({ Origin: 'https://evil.example' })],
  ['from an origin that begins like an allowed one', 403, upgradeRequest({ Origin: 'https://good.example.evil.com' })],
  ['from the origin null', 403, upgradeRequest({ Origin: 'null' })],
  ['with an empty origin', 403, upgradeRequest({ Origin: '' })],
  ['with a bad key', 400, upgradeRequest({ 'Sec-WebSocket-Key': 'short' })],
  ['without a key', 400, upgradeRequest({ 'Sec-WebSocket-Key': null })],
  ['to something else than a WebSocket', 400, upgradeRequest({ Upgrade: 'h2c' })],
  ['with other subprotocols only', 400, upgradeRequest({ 'Sec-WebSocket-Protocol': 'mqtt, graphql-ws' })],
  ['by POST', 405, upgradeRequest({ 'Content-Length': '0' }, POST)],
  ['on another path', 404, upgradeRequest({}, 'GET /v1/socket HTTP/1.1')],
  ['on a path with dots', 404, upgradeRequest({}, 'GET /v1/../v1/ws HTTP/1.1')],
  ['with version 8', 426, upgradeRequest({ 'Sec-WebSocket-Version': '8' })],
  ['without a version', 426, upgradeRequest({ 'Sec-WebSocket-Version': null })],
  ['with a token in the address', 400, upgradeRequest({}, 'GET /v1/ws?access_token=abc HTTP/1.1')],
  ['with 20 KB of headers', 431, upgradeRequest({ Cookie: 'x'.repeat(20_000) })],
  ['without Upgrade', 426, 'GET /v1/ws HTTP/1.1\r\nHost: localhost\r\n\r\n'],
];

const START = 'start';
const frames: readonly (readonly [string, number, Buffer])[] = [
  ['that is not masked', 1002, rawFrame(0x81, text('{}'), { masked: false })],
  ['with a reserved bit', 1002, rawFrame(0xc1, text('{}'))],
  ['with an unknown opcode', 1002, rawFrame(0x83, text('{}'))],
  ['that goes on without a start', 1002, rawFrame(0x80, text('{}'))],
  ['that is a fragmented ping', 1002, rawFrame(0x09, text('x'))],
  ['that is a ping of 126 bytes', 1002, rawFrame(0x89, Buffer.alloc(126))],
  ['that is not UTF-8', 1007, rawFrame(0x81, Buffer.from([0xc3, 0x28]))],
  ['that declares 1 GiB', 1009, rawFrame(0x81, Buffer.alloc(0), { declared: 1_073_741_824 })],
  ['that declares 2^63 bytes', 1009, Buffer.concat([Buffer.from([0x81, 0xff]), bigEndian(2n ** 63n), Buffer.alloc(4)])],
  ['of 65,537 bytes', 1009, rawFrame(0x81, Buffer.alloc(65_537, 0x20))],
  [
    'of 65,537 bytes in two fragments',
    1009,
    Buffer.concat([rawFrame(0x01, Buffer.alloc(65_000, 0x20)), rawFrame(0x80, Buffer.alloc(537, 0x20))]),
  ],
  [
    'in a thousand fragments',
    1008,
    Buffer.concat([rawFrame(0x01, text(START)), ...Array<Buffer>(1_000).fill(rawFrame(0x00, text('x')))]),
  ],
];

describe('what a peer may send', () => {
  let running: RunningGateway;
  beforeAll(async () => {
    running = await runGateway();
  });
  afterAll(() => running.close());
  afterEach(async () => {
    // Whatever came before, somebody else is served.
    const other = await TestClient.connect(running.port, someActor());
    await other.settle();
    await other.leave();
  });

  it.each(handshakes)('an upgrade %s is answered %i', async (_title, status, request) => {
    const client = await RawClient.open(running.port);
    client.socket.write(request);
    expect(await client.status()).toBe(status);
    expect(client.text).toMatch(/^HTTP\/1.1 101|application\/problem\+json/);
    client.socket.destroy();
  });

  it.each(frames)('a frame %s is closed with %i', async (_title, code, bytes) => {
    const client = await RawClient.upgraded(running.port);
    client.socket.write(bytes);
    expect(await client.closeCode()).toBe(code);
    client.socket.destroy();
  });

  it.each([
    ['no JSON', '{"id":1'],
    ['an array', '[]'],
    ['a number', '7'],
    ['null', 'null'],
    ['an object without an id', '{"op":"ping"}'],
    ['an id that is an object', '{"id":{},"op":"ping"}'],
    ['an id of -0', '{"id":-0,"op":"ping"}'],
    ['30,000 nested arrays', '['.repeat(30_000) + ']'.repeat(30_000)],
  ])('%s is answered as a malformed frame, and the socket stays', async (_title, body) => {
    const client = await TestClient.open(running.port);
    client.socket.send(body);
    const reply = await client.until(() => client.replies[0]);
    expect(reply).toMatchObject({ re: null, ok: false, error: { code: 'malformed-frame' } });
    await client.auth(someActor());
    await client.leave();
  });

  it('the tenth malformed frame of a minute closes 4501', async () => {
    const client = await TestClient.open(running.port);
    for (let count = 0; count < 10; count += 1) client.socket.send(Buffer.from([count]), { binary: true });
    expect((await client.closed()).code).toBe(4501);
    expect(client.replies).toHaveLength(10);
  });

  it('a name of the prototype is a field like any other: unknown', async () => {
    const client = await TestClient.connect(running.port, someActor());
    client.socket.send('{"id":77,"op":"user.me","d":{"__proto__":{"admin":true}}}');
    const reply = await client.until(() => client.replies.find(({ re }) => re === 77));
    expect(reply.error.code).toBe('invalid-request');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    client.socket.send('{"id":78,"op":"constructor","d":{}}');
    const unknown = await client.until(() => client.replies.find(({ re }) => re === 78));
    expect(unknown.error.code).toBe('unknown-op');
    await client.leave();
  });
});
