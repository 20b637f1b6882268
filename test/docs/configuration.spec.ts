import { commandApiConfig } from '@verbatim/command-api';
import { gatewayConfig, gatewayProcessConfig } from '@verbatim/gateway';
import { identityConfig } from '@verbatim/identity';
import { kafkaConfig } from '@verbatim/messaging';
import { configVariables, InvalidConfigError, type ConfigVariable } from '@verbatim/platform';
import { projectorProcessConfig } from '@verbatim/projector';
import { projectorConfig } from '@verbatim/projector/config';
import { rateLimitConfig } from '@verbatim/rate-limit';
import { standaloneConfig } from '@verbatim/standalone/config';
import { parseArguments } from '@verbatim/terminal/options';
import { documentText, plain, tableRows } from './documents.fixtures.js';

const text = documentText('docs/configuration.md');

/** What the table calls the unit of values that have none. */
const unitOfKind = {
  string: /^(path|URL|address|word|text)$/,
  url: /^URL$/,
  list: /^list$/,
  secret: /^secret$/,
  boolean: /^/,
};

const rowsOf = (head: string, of = text) =>
  tableRows(of, head).map(([name = '', unit = '', fallback = '']) => ({
    name: plain(name),
    unit,
    defaultText: plain(fallback),
  }));

const isUnitOf = ({ kind, unit }: ConfigVariable, documented: string): boolean =>
  kind === 'int' || kind === 'number' ? unit === documented : unitOfKind[kind].test(documented);

const readEverything = (): readonly ConfigVariable[] => {
  standaloneConfig({});
  gatewayConfig({});
  identityConfig({}, './data');
  rateLimitConfig({});
  kafkaConfig({});
  projectorConfig({});
  return configVariables();
};

describe('the documented configuration', () => {
  const variables = readEverything();
  const names = [...new Set(variables.map(({ name }) => name))];

  it('has every variable that is read, and no other', () => {
    expect(
      rowsOf('Variable')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(names);
  });

  it.each(variables)('has unit and default of $name', (variable) => {
    const row = rowsOf('Variable').find(({ name }) => name === variable.name);
    expect(row).toMatchObject({ defaultText: variable.defaultText });
    expect(isUnitOf(variable, row?.unit ?? '')).toBe(true);
  });

  it('would be found out by another default or unit', () => {
    const wrong = rowsOf('Variable', text.replace('| `1048576`', '| `1048577`').replace('| ms ', '| s  '));
    const differing = variables.filter((variable) => {
      const row = wrong.find(({ name }) => name === variable.name);
      return row?.defaultText !== variable.defaultText || !isUnitOf(variable, row.unit);
    });
    expect(differing.map(({ name }) => name)).toEqual([
      'GATEWAY_OUTBOUND_QUEUE_MAX_BYTES',
      'GATEWAY_OUTBOUND_STALL_MAX_MS',
    ]);
  });
});

/** A process of its own needs more than nothing; what it reads is known all the same. */
const readAll = (...configs: readonly (() => unknown)[]): void => {
  for (const config of configs) expect(config).toThrow(InvalidConfigError);
};

describe('the documented configuration of several processes', () => {
  const ofServer = new Set(readEverything().map((variable) => `${variable.name} ${variable.defaultText}`));
  readAll(
    () => gatewayProcessConfig({}, gatewayConfig({})),
    () => commandApiConfig({}),
    () => projectorProcessConfig({}),
  );
  const variables = configVariables().filter(({ name, defaultText }) => !ofServer.has(`${name} ${defaultText}`));

  it('has every variable that is read otherwise than by the server, or not by it, and no other', () => {
    const names = rowsOf('Process variable').map(({ name }) => name);
    expect(names.toSorted()).toEqual([...new Set(variables.map(({ name }) => name))].toSorted());
  });

  it.each(variables)('has unit and default of $name', (variable) => {
    const row = rowsOf('Process variable').find(({ name }) => name === variable.name);
    expect(row).toMatchObject({ defaultText: variable.defaultText });
    expect(isUnitOf(variable, row?.unit ?? '')).toBe(true);
  });
});

describe('the documented configuration of the terminal client', () => {
  it('has the variables that it reads, with their defaults', () => {
    const read: string[] = [];
    const environment = new Proxy<Record<string, string>>({}, { get: (_, name) => void read.push(String(name)) });
    const parsed = parseArguments(['--as', 'ada'], environment);
    const rows = rowsOf('Terminal variable');
    expect(rows.map(({ name }) => name).toSorted()).toEqual([...new Set(read)].toSorted());
    const defaults = rows.map(({ defaultText }) => defaultText.replace(/^~/, process.env['HOME'] ?? ''));
    if (parsed.kind !== 'run') throw new Error(parsed.kind);
    expect(defaults).toEqual([parsed.options.url, parsed.options.home]);
  });
});
