import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { documentText } from '../docs/documents.fixtures.js';
import { composeFile, imageCommand, isOurs, sourceOf } from './compose.fixtures.js';

const CASE_MAX_MS = 30_000;
const dockerfile = documentText('Dockerfile');

describe('the Dockerfile', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const runtime = stages.at(-1) ?? '';

  it('leaves the compiler in the stage that builds', () => {
    expect(stages).toHaveLength(2);
    expect(runtime).not.toMatch(/npm (ci|install)|tsc/);
  });

  it('takes a slim image of the Node that the project is for', () => {
    const { engines } = JSON.parse(documentText('package.json')) as { engines: { node: string } };
    const [, major] = /^ARG NODE_IMAGE=node:(\d+)-slim$/m.exec(dockerfile) ?? [];
    expect(engines.node).toMatch(new RegExp(`^>=${major}\\.`));
  });

  it('does not run as root', () => {
    expect(runtime).toMatch(/^USER node$/m);
  });

  it('runs no install scripts', () => {
    expect(dockerfile).toMatch(/npm ci --ignore-scripts/);
  });

  it('keeps the data in a volume', () => {
    expect(runtime).toMatch(/^VOLUME \/data$/m);
    expect(runtime).toMatch(/DATA_DIR=\/data/);
  });

  it('names programs that are there', () => {
    const programs = [...dockerfile.matchAll(/apps\/[\w-]+\/dist\/[\w./-]+\.js/g)].map(([program]) => program);
    expect(new Set(programs).size).toBe(4);
    for (const program of programs) expect(documentText(sourceOf(program))).not.toBe('');
  });
});

/** Exit code of a health check. */
const checked = async ([, ...args]: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
};

describe('a health check', () => {
  let status = 200;
  let asked: string[] = [];
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(() => server.close());

  it.each(['GATEWAY_PORT', 'COMMAND_API_PORT', 'PROJECTOR_PORT'])(
    'of the image asks the process whose port is %s',
    async (variable) => {
      const check = imageCommand('HEALTHCHECK');
      status = 200;
      expect(await checked(check, { [variable]: String(port) })).toBe(0);
      status = 503;
      expect(await checked(check, { [variable]: String(port) })).toBe(1);
      expect(asked).toEqual(['/health/ready', '/health/ready']);
    },
    CASE_MAX_MS,
  );

  const ours = ['docker-compose.yml', 'docker-compose.standalone.yml'].flatMap((path) =>
    composeFile(path).named.filter(isOurs),
  );
  it.each(ours)(
    'of $name fails when the process is not ready, or not there',
    async ({ healthcheck }) => {
      const [kind, ...command] = healthcheck?.test ?? [];
      expect(kind).toBe('CMD');
      const at = (other: number) => command.map((word) => word.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${other}`));
      status = 200;
      expect(await checked(at(port))).toBe(0);
      status = 503;
      expect(await checked(at(port))).toBe(1);
      expect(await checked(at(1))).toBe(1);
    },
    CASE_MAX_MS,
  );
});
