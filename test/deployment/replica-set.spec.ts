import { runInNewContext } from 'node:vm';
import { composeFile, service } from './compose.fixtures.js';

const { command = [], healthcheck } = service(composeFile('docker-compose.yml'), 'mongodb');
const script = healthcheck?.test.at(-1) ?? '';
const name = command[command.indexOf('--replSet') + 1];

type Server = {
  /** What `rs.status()` is refused with, if it is. */
  readonly refusal?: string;
  readonly isWritablePrimary?: boolean;
};

/** Runs the script as the shell of the database would, against a server that answers so. */
const checked = ({ refusal, isWritablePrimary = false }: Server) => {
  const initiated: unknown[] = [];
  const codes: number[] = [];
  const status = (): object => {
    if (refusal !== undefined) throw Object.assign(new Error(refusal), { codeName: refusal });
    return { ok: 1 };
  };
  runInNewContext(script, {
    rs: { status, initiate: (config: unknown) => void initiated.push(config) },
    db: { hello: () => ({ isWritablePrimary }) },
    quit: (code: number) => void codes.push(code),
  });
  return { initiated: JSON.parse(JSON.stringify(initiated)) as unknown, codes };
};

describe('the health check of MongoDB', () => {
  it('makes a replica set of one under the name of the server, when there is none', () => {
    const config = { _id: name, members: [{ _id: 0, host: 'mongodb:27017' }] };
    expect(checked({ refusal: 'NotYetInitialized' })).toEqual({ initiated: [config], codes: [1] });
  });

  it('changes nothing in one that is there', () => {
    expect(checked({ isWritablePrimary: true })).toEqual({ initiated: [], codes: [0] });
    expect(checked({ isWritablePrimary: false })).toEqual({ initiated: [], codes: [1] });
  });

  it('fails, and changes nothing, when the server refuses for another reason', () => {
    expect(() => checked({ refusal: 'Unauthorized' })).toThrow('Unauthorized');
  });
});
