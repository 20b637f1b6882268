import { lookup } from 'node:dns/promises';

/** Which command-apis there are. Every gateway has to be told the same addresses, so that they agree on who owns what. */
export interface InstanceSource {
  /** Origins, as `http://10.0.0.7:8081`. */
  readonly current: readonly string[];
  /** Looks once, and from then on now and then; `onChange` is called when the list is another. */
  start(onChange: () => void): Promise<void>;
  stop(): void;
}

/** Instances that configuration names. */
export const listedInstances = (urls: readonly string[]): InstanceSource => {
  const current = [...new Set(urls.map((url) => new URL(url).origin))].sort();
  return { current, start: () => Promise.resolve(), stop: () => {} };
};

export type NamedInstancesOptions = {
  /** Origin whose host name stands for all instances: `http://command-api:8081`. */
  readonly url: string;
  readonly intervalMs: number;
  /** Told of a look that failed; the instances stay those of the look before. */
  readonly onError: (error: unknown) => void;
  /** Addresses of a name. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
};

const addressesOf = async (name: string): Promise<readonly string[]> =>
  (await lookup(name, { all: true })).map(({ address, family }) => (family === 6 ? `[${address}]` : address));

/** All addresses of one name, looked up again every so often. */
export const namedInstances = (options: NamedInstancesOptions): InstanceSource => {
  const { url, intervalMs, onError, resolve = addressesOf } = options;
  const { protocol, hostname, port } = new URL(url);
  let current: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const look = async (onChange: () => void): Promise<void> => {
    try {
      const addresses = [...new Set(await resolve(hostname))].sort();
      const found = addresses.map(
        (address) => new URL(`${protocol}//${address}${port === '' ? '' : `:${port}`}`).origin,
      );
      const isSame = found.length === current.length && found.every((one, index) => one === current[index]);
      if (found.length === 0 || isSame) return;
      current = found;
      onChange();
    } catch (error) {
      onError(error);
    }
  };
  return {
    get current() {
      return current;
    },
    start: async (onChange) => {
      await look(onChange);
      timer = setInterval(() => void look(onChange), intervalMs).unref();
    },
    stop: () => clearInterval(timer),
  };
};
