import { createServer } from 'node:net';
import { type Document, Long } from 'mongodb';
import { OperatorError } from '@verbatim/platform';
import { describeWithEngines, ENGINE_HOOK_MAX_MS, type RunningEngine } from '@verbatim/testing/engines';
import { MongoCallTimeoutError, mongoFailureOf } from './mongo-failure.js';
import { openMongo } from './open-mongo.js';
import { helloOfServer, isHello, ScriptedServer, type Script } from './scripted-server.fixtures.js';

const ok = { ok: 1 };
const emptyCursor = { ok: 1, cursor: { id: Long.ZERO, ns: 'chat.$cmd.listCollections', firstBatch: [] } };
const refusal = (code: number, errmsg: string): Document => ({ ok: 0, code, errmsg });
const healthy =
  (changed: Document = {}): Script =>
  (command) =>
    isHello(command) ? { ...helloOfServer, ...changed } : 'listCollections' in command ? emptyCursor : ok;

let server: ScriptedServer;
afterEach(() => server.stop());
const serverThat = async (script: Script): Promise<string> => {
  server = await ScriptedServer.start(script);
  return `mongodb://ada:s3cret%21@${server.host}/chat`;
};
/** Without credentials: the script does not log anybody in. */
const openUrl = async (script: Script): Promise<string> => (await serverThat(script)).replace('ada:s3cret%21@', '');

const refusalOf = async (url: string): Promise<string> => {
  const error: unknown = await openMongo(url, { variable: 'STATE_URL' }).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OperatorError)) throw new Error('it was not refused as it has to be', { cause: error });
  expect(error.message).toMatch(/^STATE_URL[: ][^\n]+$/);
  expect(error.message).not.toMatch(/s3cret/);
  return error.message;
};

describe('a start', () => {
  it.each([12, 9, 8])('is refused by a server of wire version %d', async (maxWireVersion) => {
    expect(await refusalOf(await openUrl(healthy({ maxWireVersion })))).toMatch(/is too old.*MongoDB 5\.0/);
  });
  it('goes through at wire version 13, and leaves no socket behind when it is closed', async () => {
    await (await openMongo(await openUrl(healthy({ maxWireVersion: 13 })), { variable: 'STATE_URL' })).close();
    await server.everybodyLeft();
    expect(server.commands.length).toBeGreaterThan(0);
  });
  it('is refused with wrong credentials, at once', async () => {
    const url = await serverThat((command) =>
      isHello(command) ? helloOfServer : refusal(18, 'Authentication failed for s3cret!'),
    );
    expect(await refusalOf(url)).toMatch(/refuses the user or password/);
    expect(server.commands.filter((command) => 'saslStart' in command)).toHaveLength(1);
  });
  it('is refused when the user may not use the database', async () => {
    const url = await openUrl((command) =>
      'listCollections' in command ? refusal(13, 'not authorized on chat') : healthy()(command),
    );
    expect(await refusalOf(url)).toMatch(/may not use the database.*grant readWrite/);
  });
  it('is refused by a server that accepts and never answers', async () => {
    expect(await refusalOf(await openUrl(() => null))).toMatch(/no MongoDB server that takes writes answers/);
  }, 20_000);
  it('is refused where nobody listens', async () => {
    const url = await openUrl(healthy());
    await server.stop();
    expect(await refusalOf(url)).toMatch(/no MongoDB server that takes writes answers/);
  }, 20_000);
  it('is refused by something that is no MongoDB', async () => {
    await openUrl(healthy());
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as { port: number };
    expect(await refusalOf(`mongodb://127.0.0.1:${port}/chat`)).toMatch(/^STATE_URL: /);
    web.close();
  }, 20_000);
  it.each(['?unheardOf=1', '?readPreference=whatever', '?w=majority&tls=perhaps'])(
    'is refused with the option %s',
    async (options) => {
      expect(await refusalOf(`${await serverThat(healthy())}${options}`)).toMatch(/^STATE_URL/);
    },
  );
});

describe('the concerns of a connection', () => {
  /** What an insert and a read say to the server. */
  const said = async (hello: () => Document, options: string) => {
    await openUrl((command) => {
      if ('find' in command) return emptyCursor;
      return healthy(hello())(command);
    });
    const { db, close, isReplicated } = await openMongo(`mongodb://${server.host}/chat${options}`, {
      variable: 'STATE_URL',
    });
    await db.collection('people').insertOne({ name: 'Ada' });
    await db.collection('people').findOne({});
    await close();
    const sent = (name: string): Document => server.commands.find((command) => name in command) ?? {};
    return { isReplicated, write: sent('insert')['writeConcern'], read: sent('find')['readConcern'] };
  };
  const primary = () => ({
    setName: 'rs0',
    me: server.host,
    hosts: [server.host],
    primary: server.host,
    setVersion: 1,
  });

  it('ask a majority in a replica set, whatever the URL says', async () => {
    expect(await said(primary, '?w=1&readConcernLevel=local')).toEqual({
      isReplicated: true,
      write: { w: 'majority', wtimeout: 1_000 },
      read: { level: 'majority' },
    });
  });
  it('ask the journal of a single server, whatever the URL says', async () => {
    const expected = { isReplicated: false, write: { w: 1, j: true }, read: undefined };
    expect(await said(() => ({}), '?w=0&journal=false')).toEqual(expected);
  });
});

describe('a connection', () => {
  it('is shared by all who open the URL, until the last has closed it', async () => {
    const url = await openUrl(healthy());
    const [one, two] = await Promise.all([
      openMongo(url, { variable: 'STATE_URL' }),
      openMongo(url, { variable: 'READ_MODEL_URL' }),
    ]);
    expect(one.db.client).toBe(two.db.client);
    await one.close();
    await one.close();
    expect(await two.db.command({ ping: 1 })).toEqual(ok);
    await two.close();
    const three = await openMongo(url, { variable: 'STATE_URL' });
    expect(three.db.client).not.toBe(one.db.client);
    await three.close();
  });
  it('can be opened after an attempt that failed', async () => {
    const url = await openUrl(healthy({ maxWireVersion: 9 }));
    await refusalOf(url);
    server.script = healthy();
    const { db, close } = await openMongo(url, { variable: 'STATE_URL' });
    expect(await db.command({ ping: 1 })).toEqual(ok);
    await close();
  });
  it('ends a call that is not answered, with an outcome that is not known', async () => {
    const url = await openUrl((command) => ('insert' in command ? null : healthy()(command)));
    const { db, bounded, close } = await openMongo(url, { variable: 'STATE_URL', callMaxMs: 300 });
    const call = bounded(() => db.collection('people').insertOne({ name: 'Ada' }), 100);
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MongoCallTimeoutError);
    expect(mongoFailureOf(error)).toBe('transient');
    await close();
  });
});

describeWithEngines(['ferretdb', 'mongo-java-server'], (engines) => {
  const running: RunningEngine[] = [];
  beforeAll(async () => {
    running.push(await engines.ferretdb.start(), await engines['mongo-java-server'].start());
  }, ENGINE_HOOK_MAX_MS);

  it('opens a database, writes with the journal and reads back', async () => {
    for (const { host, port } of running) {
      const { db, bounded, isReplicated, close } = await openMongo(`mongodb://${host}:${port}/chat`, {
        variable: 'STATE_URL',
      });
      await bounded(() => db.collection<{ _id: string }>('people').insertOne({ _id: 'ada' }));
      const again = bounded(() => db.collection<{ _id: string }>('people').insertOne({ _id: 'ada' }));
      expect(mongoFailureOf(await again.catch((error: unknown) => error))).toBe('duplicate-key');
      expect(isReplicated).toBe(false);
      await close();
    }
  });
});
