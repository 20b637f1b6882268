import { configVariables } from './config-variables.js';
import { envReader } from './env-reader.js';
import { InvalidConfigError } from './invalid-config-error.js';

const port = { min: 1, max: 65_535, unit: 'port', fallback: 8_080, doc: 'Where it listens.' };
const strong = 'kX9$wq2Lm#7vTz0pRb5nYc8dHf3sJg6a';

/** The problems of one read, in words. */
const problemsOf = (read: (reader: ReturnType<typeof envReader>) => unknown, env: Record<string, string>): string[] => {
  const reader = envReader(env);
  read(reader);
  try {
    reader.finish({});
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.problems.map(({ name, problem }) => `${name} ${problem}`);
    throw error;
  }
  return [];
};

describe('reading the environment', () => {
  it('gives typed values and defaults', () => {
    const read = envReader({ PORT: '80', ON: 'true', TO: ' a, b ,,c ', STORE: 'sqlite:./data/state.db', EMPTY: '' });
    const config = read.finish({
      port: read.int('PORT', port),
      otherPort: read.int('EMPTY', port),
      on: read.boolean('ON', { fallback: false, doc: '' }),
      to: read.list('TO', { fallback: [], doc: '' }),
      store: read.url('STORE', { protocols: ['sqlite:', 'memory:'], doc: '' }),
      level: read.string('LEVEL', { oneOf: ['info', 'warn'], fallback: 'info', doc: '' }),
      key: read.secret('KEY', { fallback: null, doc: '' }),
    });
    expect(config).toEqual({
      port: 80,
      otherPort: 8_080,
      on: true,
      to: ['a', 'b', 'c'],
      store: 'sqlite:./data/state.db',
      level: 'info',
      key: null,
    });
  });
  it('tells every problem in one error', () => {
    const read = envReader({ PORT: 'http', ON: 'yes' });
    read.int('PORT', port);
    read.boolean('ON', { fallback: false, doc: '' });
    read.url('STORE', { protocols: ['sqlite:'], doc: '' });
    read.problem('PUBLIC_URL', 'has to be https on a public address');
    expect(() => read.finish({})).toThrow(
      'invalid configuration: PORT must be a whole number; ON must be true or false; STORE is required; ' +
        'PUBLIC_URL has to be https on a public address',
    );
  });
  it.each(['0', '65536', '1.5', '1e3', '0x10', '٣', '12abc', '--1', '9'.repeat(400)])(
    'takes %s for no port',
    (text) => {
      expect(problemsOf((read) => read.int('PORT', port), { PORT: text })).toHaveLength(1);
    },
  );
  it.each(['1', '65535'])('takes the limit %s', (text) => {
    expect(problemsOf((read) => read.int('PORT', port), { PORT: text })).toEqual([]);
  });
  it.each([
    ['', 'is required'],
    ['short', 'must have at least 32 characters'],
    ['changeme-changeme-changeme-changeme', 'is a well-known default value'],
    ['my-very-long-default-secret-0123456789', 'is a well-known default value'],
    ['ab'.repeat(32), 'repeats too few different characters'],
  ])('refuses the secret %j', (text, problem) => {
    expect(problemsOf((read) => read.secret('KEY', { doc: '' }), { KEY: text })).toEqual([`KEY ${problem}`]);
  });
  it('never repeats a secret or a URL', () => {
    const env = { KEY: strong.slice(0, 31), STORE: 'redis://user:hunter2@host' };
    const problems = problemsOf((read) => {
      read.secret('KEY', { doc: '' });
      read.url('STORE', { protocols: ['sqlite:'], doc: '' });
    }, env);
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/hunter2|kX9/);
  });
  it('takes a strong secret', () => {
    expect(problemsOf((read) => read.secret('KEY', { doc: '' }), { KEY: strong })).toEqual([]);
  });
});

describe('the variables that were read', () => {
  it('are known with unit, default and meaning, whether they were set or not', () => {
    const read = envReader({});
    read.int('DOCUMENTED_PORT', port);
    read.string('DOCUMENTED_FILE', { fallback: '/data/x', defaultText: '<DATA_DIR>/x', doc: 'A file.' });
    read.secret('DOCUMENTED_KEY', { doc: 'A key.' });
    const documented = configVariables().filter(({ name }) => name.startsWith('DOCUMENTED_'));
    expect(documented).toEqual([
      { name: 'DOCUMENTED_FILE', kind: 'string', defaultText: '<DATA_DIR>/x', doc: 'A file.' },
      { name: 'DOCUMENTED_KEY', kind: 'secret', defaultText: 'required', doc: 'A key.' },
      { name: 'DOCUMENTED_PORT', kind: 'int', unit: 'port', defaultText: '8080', doc: 'Where it listens.' },
    ]);
  });
  it('are told twice when two places disagree, once when they agree', () => {
    const read = envReader({});
    read.int('TOLD_PORT', port);
    read.int('TOLD_PORT', port);
    read.int('TOLD_OTHERWISE', port);
    read.int('TOLD_OTHERWISE', { ...port, fallback: 81 });
    const names = configVariables().map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('TOLD_'))).toEqual(['TOLD_OTHERWISE', 'TOLD_OTHERWISE', 'TOLD_PORT']);
  });
});
