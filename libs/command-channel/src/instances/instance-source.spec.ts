import { listedInstances, namedInstances } from './instance-source.js';

describe('instances that configuration names', () => {
  it('are the same for every order and spelling', () => {
    const one = listedInstances(['http://b:8081/', 'http://a:8081', 'http://a:8081/']);
    expect(one.current).toEqual(['http://a:8081', 'http://b:8081']);
  });
});

describe('instances behind one name', () => {
  const follow = async (answers: (readonly string[] | Error)[]) => {
    const changes: (readonly string[])[] = [];
    const errors: unknown[] = [];
    const looked = Promise.withResolvers<void>();
    const source = namedInstances({
      url: 'http://command-api:8081',
      intervalMs: 1,
      onError: (error) => void errors.push(error),
      resolve: async () => {
        const answer = answers.shift();
        if (answers.length === 0) looked.resolve();
        if (answer instanceof Error) throw answer;
        return answer ?? [];
      },
    });
    await source.start(() => void changes.push(source.current));
    await looked.promise;
    await new Promise(setImmediate);
    source.stop();
    return { changes, errors, current: source.current };
  };

  it('follow the addresses that the name has', async () => {
    const { changes } = await follow([['10.0.0.2', '10.0.0.1'], ['10.0.0.1', '10.0.0.2'], ['10.0.0.3']]);
    expect(changes).toEqual([['http://10.0.0.1:8081', 'http://10.0.0.2:8081'], ['http://10.0.0.3:8081']]);
  });

  it('stay those of before when the name has no address or cannot be asked', async () => {
    const { current, errors } = await follow([['10.0.0.1'], new Error('no answer'), []]);
    expect(current).toEqual(['http://10.0.0.1:8081']);
    expect(errors).toHaveLength(1);
  });

  it('may have addresses of IPv6', async () => {
    expect((await follow([['[::1]']])).current).toEqual(['http://[::1]:8081']);
  });
});
