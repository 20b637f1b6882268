import { ownOrigins } from './own-origins.js';

const local = { publicUrl: null, isLoopback: true, host: '127.0.0.1' };

describe('the origins of a server itself', () => {
  it('are where it listens, on loopback', () => {
    expect(ownOrigins(local, 8_080)).toEqual(['http://127.0.0.1:8080', 'http://localhost:8080']);
    expect(ownOrigins({ ...local, host: '::1' }, 8_080)).toEqual(['http://[::1]:8080', 'http://localhost:8080']);
    expect(ownOrigins({ ...local, host: 'localhost' }, 80)).toEqual(['http://localhost']);
  });
  it('are that of its public address, without path and known port', () => {
    const inPublic = { publicUrl: 'https://chat.example:443/app/', isLoopback: false, host: '0.0.0.0' };
    expect(ownOrigins(inPublic, 8_080)).toEqual(['https://chat.example']);
  });
  it('are nobody else’s', () => {
    expect(ownOrigins({ ...local, isLoopback: false, host: '0.0.0.0' }, 8_080)).toEqual([]);
  });
});
