/**
 * How each engine is made from the package registries that the machine is set up for.
 * `tools` are the programs it takes; `install` fills an empty folder.
 */
import { cpSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE, recipeFolder } from './cache.mjs';
import { installRedis } from './redis-package.mjs';
import { runTool } from './run-tool.mjs';

const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** Java takes the home folder from the system's list of users, where some accounts have none; everything else from HOME. */
const mavenOptions = () => [process.env.MAVEN_OPTS ?? '', `-Duser.home=${homedir()}`].join(' ').trim();

const copyJars = (name, folder) =>
  runTool(
    [
      'mvn',
      ...['--batch-mode', '--quiet', '-Dstyle.color=never', '--file', join(recipeFolder(name), 'pom.xml')],
      ...[COPY_DEPENDENCIES, `-DoutputDirectory=${join(folder, 'lib')}`],
    ],
    { env: { MAVEN_OPTS: mavenOptions() } },
  );

const installKafka = async (folder) => {
  await copyJars('kafka', folder);
};

const installMongoJavaServer = async (folder) => {
  await copyJars('mongo-java-server', folder);
  const source = join(recipeFolder('mongo-java-server'), 'Main.java');
  await runTool(['javac', '-cp', join(folder, 'lib', '*'), '-d', join(folder, 'classes'), source]);
};

/** FerretDB cannot be installed by `go install`: its module has replacements. A main of our own builds it. */
const installFerretdb = async (folder) => {
  const source = join(folder, 'source');
  cpSync(recipeFolder('ferretdb'), source, { recursive: true });
  await runTool(['go', 'build', '-buildvcs=false', '-o', join(folder, 'ferretdb'), '.'], {
    cwd: source,
    env: { GOFLAGS: '-mod=mod' },
  });
};

const installToxiproxy = async (folder) => {
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const module = `github.com/Shopify/toxiproxy/v2/cmd/server@v${CATALOGUE.toxiproxy.version}`;
  await runTool(['go', 'install', module], { cwd: folder, env: { GOBIN: programs, GOFLAGS: '-mod=mod' } });
};

/** Engines of one queue are installed one after the other, the queues beside each other. */
export const QUEUES = [
  [
    { name: 'redis', tools: ['apt-get', 'dpkg'], install: installRedis },
    { name: 'kafka', tools: ['java', 'mvn'], install: installKafka },
    { name: 'mongo-java-server', tools: ['java', 'javac', 'mvn'], install: installMongoJavaServer },
  ],
  [
    { name: 'toxiproxy', tools: ['go'], install: installToxiproxy },
    { name: 'ferretdb', tools: ['go'], install: installFerretdb },
  ],
];
