import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDataFolder, requestHttp, startServer, type DataFolder } from '@verbatim/testing/scenario';
import { blocksOf, documentText } from './documents.fixtures.js';

const [backUp = ''] = blocksOf(documentText('docs/backup-and-restore.md'), 'sh');
const VERIFY = fileURLToPath(new URL('../../apps/projector/dist/cli/verify.main.js', import.meta.url));
const hasTool = spawnSync('sqlite3', ['--version']).status === 0;
const describeWithTool = hasTool ? describe : describe.skip;

const ada = { userName: 'ada', password: 'correct horse battery' };
type Tokens = { readonly accessToken: string };

/** Puts one account and one group into a server. Returns the group's id. */
const fill = async (url: string): Promise<string> => {
  const { body } = await requestHttp(url, '/v1/auth/register', { method: 'POST', body: ada });
  const token = (body as Tokens).accessToken;
  const group = { name: 'Engines', visibility: 'open' };
  const made = await requestHttp(url, '/v1/groups', { method: 'POST', token, body: group });
  return (made.body as { conversationId: string }).conversationId;
};

describeWithTool('the documented backup (with the sqlite3 tool)', () => {
  let folder: DataFolder;
  beforeEach(() => {
    folder = makeDataFolder('backup');
  });
  afterEach(() => folder.remove());

  it('of a running server starts, has everything, and is what a replay makes', async () => {
    const data = join(folder.path, 'data');
    const server = await startServer({ dataDirectory: data });
    const conversationId = await fill(server.url);
    execFileSync('sh', ['-euc', backUp], { cwd: folder.path });
    await server.kill();

    const dataDirectory = join(folder.path, 'backup');
    const restored = await startServer({ dataDirectory });
    const { body } = await requestHttp(restored.url, '/v1/auth/login', { method: 'POST', body: ada });
    const token = (body as Tokens).accessToken;
    const entry = await requestHttp(restored.url, `/v1/conversations/${conversationId}/events`, { token });
    expect(entry.body).toMatchObject({ events: [{ ev: 'group.created', d: { name: 'Engines' } }] });
    await restored.stop();
    expect(statSync(join(dataDirectory, 'events.db')).mode & 0o077).toBe(0);
    const verified = spawnSync(process.execPath, [VERIFY], { env: { DATA_DIR: dataDirectory }, encoding: 'utf8' });
    expect(verified.stdout).toMatch(/, 0 differ from a replay$/m);
    expect(verified.status).toBe(0);
  }, 120_000);
});
