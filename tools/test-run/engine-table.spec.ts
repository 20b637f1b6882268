import { engineTable, testsByEngine } from './engine-table.mjs';

const test = (status: string, ...ancestorTitles: readonly string[]) => ({ status, ancestorTitles, fullName: '' });
const report = (...assertionResults: readonly object[]) => ({ testResults: [{ assertionResults }] });

const kafka = { name: 'kafka', title: 'kafka', version: '4.1.0', kind: 'real' };
const redis = { name: 'redis', title: 'redis', version: '7', kind: 'real', reason: 'apt-get not on PATH' };
const mongod = { name: 'real mongod', title: 'a real mongod', version: 'not ours', kind: 'real' };

describe('counting tests by engine', () => {
  it('finds the engine in any title above the test', () => {
    const counts = testsByEngine(report(test('passed', 'the relay', 'on kafka'), test('failed', 'on kafka', 'later')));
    expect(counts.get('kafka')).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('counts a test on several engines for each', () => {
    const counts = testsByEngine(report(test('passed', 'on kafka, mongo-java-server')));
    expect([...counts.keys()]).toEqual(['kafka', 'mongo-java-server']);
  });

  it('counts what was left out for the engine that it needs', () => {
    const counts = testsByEngine(
      report(test('pending', 'presence', 'on redis (needs redis: not installed: no apt-get)')),
    );
    expect(counts.get('redis')).toEqual({ passed: 0, failed: 0, skipped: 1 });
  });

  it('knows the servers that somebody runs elsewhere', () => {
    const counts = testsByEngine(report(test('pending', 'on a real mongod (needs TEST_READ_MODEL_URL is not set)')));
    expect(counts.get('a real mongod')).toEqual({ passed: 0, failed: 0, skipped: 1 });
  });

  it('takes no other title for one', () => {
    expect(testsByEngine(report(test('passed', 'on a Tuesday'), test('passed', 'going on kafka'))).size).toBe(0);
  });

  it('counts nothing without a report', () => expect(testsByEngine(undefined).size).toBe(0));
});

describe('the table of engines', () => {
  const counts = testsByEngine(report(test('passed', 'on kafka'), test('passed', 'on kafka')));

  it('says what each is, why one was left out, and how many tests ran', () => {
    expect(engineTable([kafka, redis, mongod], counts, true).split('\n')).toEqual([
      'engine       version   kind                          tests',
      'kafka        4.1.0     real                          2 passed',
      'redis        -         skipped: apt-get not on PATH  no test',
      'real mongod  not ours  real                          no test',
    ]);
  });

  it('leaves out what the selected suites do not use', () => {
    expect(engineTable([kafka, redis], counts, false)).not.toContain('redis');
    expect(engineTable([redis], counts, false)).toBe('');
  });
});
