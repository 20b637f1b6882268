import { parseArguments } from './options.js';

const run = (args: string, environment: Record<string, string> = { VERBATIM_HOME: '/h' }) =>
  parseArguments(args.split(' ').filter(Boolean), environment);

describe('the command line', () => {
  it('needs a name and knows the rest', () => {
    expect(run('--as Ada')).toEqual({
      kind: 'run',
      options: { userName: 'ada', url: 'http://127.0.0.1:8080', home: '/h', register: false },
    });
  });

  it('takes the server from the environment, and rather from the option', () => {
    const environment = { VERBATIM_HOME: '/h', VERBATIM_URL: 'https://chat.example.org' };
    expect(run('--as ada', environment)).toMatchObject({ options: { url: 'https://chat.example.org' } });
    expect(run('--as ada --url http://here', environment)).toMatchObject({ options: { url: 'http://here' } });
  });

  it('opens a conversation', () => {
    expect(run('--as ada --with bob')).toMatchObject({ options: { opens: { kind: 'direct', name: 'bob' } } });
    expect(run('--as ada --group tea')).toMatchObject({ options: { opens: { kind: 'group', name: 'tea' } } });
  });

  it.each(['', '--as', '--as ../../etc', '--as ada --with b --group c', '--as ada --url ftp://x', '--as ada extra'])(
    '%j is refused with a reason',
    (args) => {
      expect(run(args)).toMatchObject({ kind: 'invalid', problem: expect.any(String) });
    },
  );

  it('takes no password', () => {
    expect(run('--as ada --password secret').kind).toBe('invalid');
  });
});
