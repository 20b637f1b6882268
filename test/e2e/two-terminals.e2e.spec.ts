import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOnEachForm, START_MAX_MS } from './forms/each-form.js';
import { type TerminalProcess, bodiesBy, startTerminal } from './terminal-process.js';

const password = 'correct horse battery';

describeOnEachForm('two people in two terminals', (server) => {
  const running = new Set<TerminalProcess>();
  const urls = new Map<string, string>();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'verbatim-terminals-'));
    await server.start();
  }, START_MAX_MS);
  afterEach(async () => {
    await Promise.all([...running].map((terminal) => terminal.kill()));
    running.clear();
  });
  afterAll(async () => {
    await server.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** Everybody keeps his address: a session is shown to no other host. */
  const openTerminal = (name: string, ...args: string[]): TerminalProcess => {
    const url = urls.get(name) ?? server.url;
    urls.set(name, url);
    const terminal = startTerminal(name, { url, home: join(folder, 'home'), password, args });
    running.add(terminal);
    return terminal;
  };

  const registered = async (name: string): Promise<TerminalProcess> => {
    const terminal = openTerminal(name);
    await terminal.shows('* connected as');
    return terminal;
  };

  it('chat, and see when they are read', async () => {
    await registered('bob');
    const ada = openTerminal('ada', '--with', 'bob');
    await ada.shows('[direct bob]');
    const bob = [...running][0] as TerminalProcess;
    ada.type('hello bob');
    await bob.shows('ada: hello bob');
    bob.type('/direct ada');
    bob.type('hello ada');
    await ada.shows('bob: hello ada');
    await ada.shows('✓✓ read by bob');
    expect([bodiesBy('ada', bob), bodiesBy('bob', ada)]).toEqual([['hello bob'], ['hello ada']]);
  }, 60_000);

  it('miss nothing and see nothing twice when one is killed and comes back', async () => {
    await registered('dan');
    const carol = openTerminal('carol', '--with', 'dan');
    await carol.shows('[direct dan]');
    let dan = [...running][0] as TerminalProcess;
    for (let number = 1; number <= 10; number++) carol.type(`before ${number}`);
    await dan.shows('before 10');
    const shownBefore = bodiesBy('carol', dan);
    await dan.kill('SIGKILL');
    running.delete(dan);
    for (let number = 1; number <= 10; number++) carol.type(`while away ${number}`);
    await carol.shows('while away 10');
    dan = openTerminal('dan', '--with', 'carol');
    await dan.shows('while away 10');
    carol.type('after');
    await dan.shows('carol: after');
    const expected = [
      ...Array.from({ length: 10 }, (_, index) => `before ${index + 1}`),
      ...Array.from({ length: 10 }, (_, index) => `while away ${index + 1}`),
      'after',
    ];
    expect(shownBefore).toEqual(expected.slice(0, 10));
    // What he saw before he may see again as history, in order and each once.
    expect(bodiesBy('carol', dan)).toEqual(expected.slice(-bodiesBy('carol', dan).length));
    expect(bodiesBy('carol', dan).length).toBeGreaterThanOrEqual(11);
  }, 60_000);

  it('go on when the server is killed and comes back on the same data', async () => {
    await registered('fay');
    const eve = openTerminal('eve', '--with', 'fay');
    await eve.shows('[direct fay]');
    const fay = [...running][0] as TerminalProcess;
    eve.type('one');
    await fay.shows('eve: one');
    await server.kill();
    eve.type('two, while nobody listens');
    await server.start();
    await fay.shows('eve: two, while nobody listens');
    eve.type('three');
    await fay.shows('eve: three');
    expect(bodiesBy('eve', fay)).toEqual(['one', 'two, while nobody listens', 'three']);
  }, 180_000);
});
