import { createRequire } from 'node:module';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { operationNames, operations, socketOperationNames, wireEvents } from '../index.js';
import { asyncApiDocument } from './asyncapi.js';
import { openApiDocument } from './openapi.js';

const info = { version: '0.1.0', publicUrl: 'https://chat.example.org' };
type Document = {
  paths: Record<
    string,
    Record<string, { operationId: string; security: unknown[]; responses: Record<string, unknown> }>
  >;
  operations: Record<string, unknown>;
  servers: Record<string, unknown>;
};
const published = (document: object) => JSON.parse(JSON.stringify(document)) as Document;
const openApi = published(openApiDocument(info));
const asyncApi = published(asyncApiDocument(info));

/** What a `$ref` of the document points at; undefined when nothing is there. */
const resolve = (document: object, ref: string): unknown =>
  ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
const refsIn = (document: object): readonly string[] =>
  [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? '');

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(openApi));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it.each(operationNames)('has every route of %s', (name) => {
    for (const { method, path } of operations[name].http) {
      expect(openApi.paths[path]?.[method.toLowerCase()]?.operationId.startsWith(name)).toBe(true);
    }
  });

  it('names every operation once', () => {
    const ids = Object.values(openApi.paths).flatMap((path) => Object.values(path).map((route) => route.operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tells 201 from 200 where a retry is told from a first try', () => {
    const route = openApi.paths['/v1/conversations/{conversationId}/messages']?.['post'];
    expect(Object.keys(route?.responses ?? {})).toEqual(expect.arrayContaining(['200', '201', '409', '429', '503']));
  });
});

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0', () => {
    const specs = createRequire(import.meta.url)('@asyncapi/specs') as { schemasWithoutId: Record<string, object> };
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(
      specs.schemasWithoutId['3.0.0'] ?? false,
    );
    validate(asyncApi);
    expect(validate.errors).toBeNull();
  });

  it('has every operation of the socket and every push', () => {
    const expected = [...socketOperationNames, ...Object.keys(wireEvents).map((name) => `push.${name}`)];
    expect(Object.keys(asyncApi.operations).sort()).toEqual(expected.sort());
  });

  it.each([
    ['https://chat.example.org', 'wss', 'chat.example.org'],
    ['http://127.0.0.1:8080', 'ws', '127.0.0.1:8080'],
  ])('of %s says %s', (publicUrl, protocol, host) => {
    expect(published(asyncApiDocument({ ...info, publicUrl })).servers).toEqual({ service: { host, protocol } });
  });
});

describe.each([
  ['OpenAPI', openApi],
  ['AsyncAPI', asyncApi],
])('the references of the %s document', (_, document) => {
  it('lead somewhere', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(50);
    expect(refs.filter((ref) => resolve(document, ref) === undefined)).toEqual([]);
  });
});
