import { IdentityError } from '@verbatim/identity';
import { runGateway, someActor, tokenOf, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

const ada = someActor();

describe('while nobody can tell whether a session is good', () => {
  let running: RunningGateway;
  beforeEach(async () => {
    running = await runGateway();
  });
  afterEach(() => running.close());

  const loseState = (): void => {
    running.authority.isActive = () => {
      throw new IdentityError('unavailable');
    };
  };

  it('a client that comes in is sent away for a moment, and not for good', async () => {
    loseState();
    const client = await TestClient.open(running.port);
    client.send({ id: 1, op: 'auth', d: { token: tokenOf(ada) } });
    expect((await client.push('goaway')).d.afterMs).toEqual(expect.any(Number));
    expect([(await client.closed()).code, client.replies]).toEqual([4000, []]);
  });

  it('a connection stays, and its token is renewed later', async () => {
    const client = await TestClient.connect(running.port, ada);
    loseState();
    await expect(client.request('auth.refresh', { token: tokenOf(ada) })).rejects.toThrow('unavailable');
    expect((await client.settle()).n).toBe(0);
  });
});
