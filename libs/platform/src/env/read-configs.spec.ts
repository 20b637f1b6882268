import { envReader } from './env-reader.js';
import type { InvalidConfigError } from './invalid-config-error.js';
import { readConfigs } from './read-configs.js';

const portOf = (name: string, text: string) => (): { port: number } => {
  const read = envReader({ [name]: text });
  return read.finish({ port: read.int(name, { min: 1, max: 65_535, unit: 'port', doc: 'A port.' }) });
};

const problemsOf = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return (error as InvalidConfigError).problems.map(({ name }) => name);
  }
};

describe('reading several configurations', () => {
  it('gives each under its name', () => {
    const configs = readConfigs({ one: portOf('READ_CONFIGS_ONE', '1'), two: portOf('READ_CONFIGS_TWO', '2') });
    expect(configs).toEqual({ one: { port: 1 }, two: { port: 2 } });
  });

  it('lists the problems of all of them, each once', () => {
    const one = portOf('READ_CONFIGS_ONE', 'x');
    const two = portOf('READ_CONFIGS_TWO', 'y');
    expect(problemsOf(() => readConfigs({ one, two, again: one }))).toEqual(['READ_CONFIGS_ONE', 'READ_CONFIGS_TWO']);
  });

  it('lets through what is no problem of the configuration', () => {
    const broken = (): never => {
      throw new TypeError('a mistake of ours');
    };
    expect(() => readConfigs({ one: portOf('READ_CONFIGS_ONE', 'x'), broken })).toThrow(TypeError);
  });
});
