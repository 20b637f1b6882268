import {
  makeDataFolder,
  requestHttp,
  startServer,
  type DataFolder,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import { documentText, plain, tableRows } from './documents.fixtures.js';

const text = documentText('docs/operations.md');
const OWN_METRIC = /^# TYPE (verbatim_\w+) (\w+)$/gm;

const labelsOf = (metrics: string, name: string): string => {
  const series = [...metrics.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\}`, 'gm'))];
  const labels = series.flatMap(([, list = '']) => list.split(',').map((label) => label.split('=')[0] ?? ''));
  return (
    [...new Set(labels)]
      .filter((label) => label !== 'le')
      .toSorted()
      .join(', ') || '—'
  );
};

const byName = (rows: readonly (readonly unknown[])[]) =>
  Object.fromEntries(rows.map(([name, ...rest]) => [name, rest]));

describe('the documented operations', () => {
  let folder: DataFolder;
  let server: ServerProcess;
  beforeAll(async () => {
    folder = makeDataFolder('metrics');
    server = await startServer({ dataDirectory: folder.path });
    // A histogram shows its labels from the first observation on.
    const body = { userName: 'ada', password: 'correct horse battery' };
    await requestHttp(server.url, '/v1/auth/register', { method: 'POST', body });
  }, 90_000);
  afterAll(async () => {
    await server.kill();
    folder.remove();
  });

  it('have every metric of a running server, with kind and labels, and no other', async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const actual = [...metrics.matchAll(OWN_METRIC)].map(([, name = '', kind]) => [
      name,
      kind,
      labelsOf(metrics, name),
    ]);
    const documented = tableRows(text, 'Metric').map((row) => row.slice(0, 3).map(plain));
    expect(actual.length).toBeGreaterThan(10);
    expect(byName(documented)).toEqual(byName(actual));
  });

  it('alarm on metrics that there are', async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const named = [...text.matchAll(/`((?:verbatim|process|nodejs)_\w+)/g)].map(([, name = '']) => name);
    const unknown = named.filter((name) => !name.endsWith('_') && !metrics.includes(`# TYPE ${name} `));
    expect(unknown).toEqual([]);
  });

  it('have every condition of readiness', async () => {
    const { body } = await requestHttp(server.url, '/health/ready');
    const { checks } = body as { checks: Record<string, string> };
    expect(tableRows(text, 'Check').map(([name = '']) => plain(name))).toEqual(Object.keys(checks));
  });
});
