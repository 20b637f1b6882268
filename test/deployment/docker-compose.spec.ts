import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryFiles, ROOT } from '../architecture/repository-files.fixtures.js';

type Service = {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: string | readonly string[] };
};

const compose = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as { services: Record<string, Service> };
const services = Object.entries(compose.services).map(([name, service]) => ({ name, ...service }));
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/** `read.int('GATEWAY_PORT', …)`: how every setting is read (libs/platform/src/env). */
const READ = /\bread\.\w+\(\s*'([A-Z][A-Z0-9_]+)'/g;
const knownVariables = new Set(
  repositoryFiles()
    .filter(({ path }) => /^(apps|libs)\/[^/]+\/src\//.test(path) && !path.endsWith('.spec.ts'))
    .flatMap(({ text }) => [...text.matchAll(READ)].map(([, name]) => name)),
);

describe('docker-compose.yml', () => {
  it('starts the platform and a proxy that ends TLS', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['proxy', 'verbatim']);
  });

  it.each(services)('names an exact version of the image of $name', ({ image }) => {
    expect(image).toMatch(/^[a-z][a-z0-9/.-]*:\d+\.\d+\.\d+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?$/);
  });

  it.each(services)('asks whether $name is healthy', ({ healthcheck }) => {
    expect(healthcheck?.test.length).toBeGreaterThan(0);
  });

  it('asks the platform whether it is ready, not only alive', () => {
    expect(compose.services['verbatim']?.healthcheck?.test).toContainEqual(expect.stringContaining('/health/ready'));
  });

  it.each(
    services.flatMap(({ name, environment = {} }) => Object.keys(environment).map((variable) => ({ name, variable }))),
  )('gives $name no variable that nothing reads: $variable', ({ variable }) => {
    expect([...knownVariables]).toContain(variable);
  });
});

describe('the Dockerfile', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const runtime = stages.at(-1) ?? '';

  it('leaves the compiler in the stage that builds', () => {
    expect(stages).toHaveLength(2);
    expect(runtime).not.toMatch(/npm (ci|install)|tsc/);
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
});
