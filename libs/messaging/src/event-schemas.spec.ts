import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { eventTypes, type StoredEvent } from '@verbatim/event-store';
import { eventSchemas, schemaFileNameOf, type EventSchema } from './event-schemas.js';

const published = new URL('../../../docs/events/', import.meta.url);
const goldens = new URL('../../event-store/src/golden/', import.meta.url);
const jsonIn = (folder: URL, name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

const validatorOf = ({ schema }: EventSchema) => new Ajv2020({ strict: true }).compile(schema);
const dataOf = ({ type, schemaVersion }: EventSchema): Record<string, unknown> =>
  (jsonIn(goldens, `${type}.v${schemaVersion}.json`) as { event: { data: Record<string, unknown> } }).event.data;

const named = eventSchemas.map((one): [string, EventSchema] => [schemaFileNameOf(one), one]);

describe('the published schemas', () => {
  it('are those of every event type at its present version, and earlier versions of known types', () => {
    const files = readdirSync(published).filter((name) => name !== 'README.md');
    expect(files).toEqual(expect.arrayContaining(named.map(([name]) => name)));
    for (const file of files) {
      const [, type = '', version = ''] = /^(\w+)\.v(\d+)\.schema\.json$/.exec(file) ?? [];
      expect(eventTypes[type as StoredEvent['type']].schemaVersion).toBeGreaterThanOrEqual(Number(version));
    }
  });

  it.each(named)('%s is what the codec lets into the log', (name, { schema }) => {
    expect(jsonIn(published, name)).toEqual(schema);
  });
});

describe('a schema', () => {
  it.each(named)('%s takes what is stored', (_, one) => {
    expect(validatorOf(one)(dataOf(one))).toBe(true);
  });

  it.each(named)('%s takes neither a field more nor a field less nor another kind of value', (_, one) => {
    const isValid = validatorOf(one);
    const data = dataOf(one);
    expect(isValid({ ...data, extra: 1 })).toBe(false);
    for (const field of Object.keys(data)) {
      const { [field]: _left, ...rest } = data;
      expect(isValid(rest)).toBe(false);
      expect(isValid({ ...data, [field]: { no: 'such value' } })).toBe(false);
    }
  });
});
