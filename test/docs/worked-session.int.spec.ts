import { makeDataFolder, startServer, type DataFolder, type ServerProcess } from '@verbatim/testing/scenario';
import { blocksOf, documentText } from './documents.fixtures.js';
import { linesOf, playSession, type SessionLine } from './session-player.fixtures.js';

const session = blocksOf(documentText('docs/protocol/worked-session.md'), 'session').flatMap(linesOf);

describe('the worked session', () => {
  let folder: DataFolder;
  let server: ServerProcess;
  beforeEach(async () => {
    folder = makeDataFolder('session');
    server = await startServer({ dataDirectory: folder.path });
  }, 90_000);
  afterEach(async () => {
    await server.kill();
    folder.remove();
  });

  it('is what a server says, frame by frame', async () => {
    expect(session.length).toBeGreaterThan(60);
    expect(await playSession(session, server.url)).toEqual([]);
  }, 60_000);

  it('would be found out if it said something else', async () => {
    const wrong = (line: SessionLine): SessionLine => ({ ...line, text: line.text.replace('"seq":1,', '"seq":7,') });
    const problems = await playSession(session.map(wrong), server.url);
    expect(problems.length).toBeGreaterThanOrEqual(3);
    expect(problems.every((problem) => problem.includes('7 is 1'))).toBe(true);
  }, 60_000);
});
