import type { TObject } from 'typebox';
import { IDEMPOTENCY_HEADER, READ_CURSOR_HEADER } from '../limits.js';
import { audienceOf, operationNames, operations, pathFieldsOf } from '../operations.js';
import type { OperationName } from '../operations.js';
import type { HttpBinding, Operation } from '../operations/operation.js';
import { componentName, componentRef } from '../schemas/component-names.js';
import { fieldRules } from '../schemas/field-rules.js';
import { requestSchemas } from '../schemas/requests.js';
import { UUID_INPUT_PATTERN } from '../limits.js';
import { componentSchemas } from './components.js';
import type { Json } from './components.js';
import type { DocumentInfo } from './document-info.js';
import { errorResponses } from './http-errors.js';

const fields = (name: OperationName): { properties: Json; required: readonly string[] } => {
  const schema: TObject = requestSchemas[name];
  return { properties: schema.properties, required: schema.required ?? [] };
};

const parameter = (name: OperationName, place: 'path' | 'query', field: string): Json => ({
  name: field,
  in: place,
  required: place === 'path' || fields(name).required.includes(field),
  schema: fields(name).properties[field],
  ...(place === 'query' ? { style: 'form', explode: false } : {}),
});

const header = (name: string, description: string, schema: Json): Json => ({ name, in: 'header', description, schema });

const headers = (operation: Operation): readonly Json[] => [
  ...(operation.idempotencyField
    ? [header(IDEMPOTENCY_HEADER, `Stands for \`${operation.idempotencyField}\`.`, { pattern: UUID_INPUT_PATTERN })]
    : []),
  ...(operation.rateLimit === 'query'
    ? [header(READ_CURSOR_HEADER, 'The last cursor seen: no older state is answered.', { type: 'string' })]
    : []),
];

const requestBody = (name: OperationName, binding: HttpBinding): Json => {
  if (!binding.body) return {};
  const { properties, required } = fields(name);
  const mayBeHeader = operations[name].idempotencyField;
  const needed = binding.body.filter((field) => required.includes(field) && field !== mayBeHeader);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(binding.body.map((field) => [field, properties[field]])),
    required: needed,
    additionalProperties: false,
  };
  return { requestBody: { required: needed.length > 0, content: { 'application/json': { schema } } } };
};

const success = (name: OperationName, operation: Operation, status: number): Json => {
  if (status === 204) return { description: operation.summary };
  const mediaType = operation.mediaType ?? 'application/json';
  const schema = operation.mediaType ? { type: 'string' } : componentRef(componentName(name, 'Reply'));
  return { description: operation.summary, content: { [mediaType]: { schema } } };
};

const operationObject = (name: OperationName, binding: HttpBinding, index: number): Json => {
  const operation = operations[name];
  const rule = fieldRules[name];
  const statuses = [operation.successStatus, ...(operation.alternateStatus ? [operation.alternateStatus.status] : [])];
  return {
    operationId: index === 0 ? name : `${name}.${index + 1}`,
    summary: operation.summary,
    ...(rule === undefined ? {} : { description: rule.says }),
    tags: [name.split('.')[0]],
    security: audienceOf(operation) === 'public' ? [] : [{ bearer: [] }],
    parameters: [
      ...pathFieldsOf(binding).map((field) => parameter(name, 'path', field)),
      ...(binding.query ?? []).map((field) => parameter(name, 'query', field)),
      ...headers(operation),
    ],
    ...requestBody(name, binding),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [status, success(name, operation, status)])),
      ...errorResponses(operation, binding),
    },
  };
};

const paths = (): Json => {
  const byPath: Record<string, Record<string, Json>> = {};
  for (const name of operationNames) {
    operations[name].http.forEach((binding, index) => {
      (byPath[binding.path] ??= {})[binding.method.toLowerCase()] = operationObject(name, binding, index);
    });
  }
  return byPath;
};

/** The interface over HTTP as an OpenAPI 3.1 document, made from the operation table. */
export const openApiDocument = ({ version, publicUrl }: DocumentInfo): Json => ({
  openapi: '3.1.0',
  info: { title: 'Verbatim', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
  servers: [{ url: publicUrl }],
  paths: paths(),
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    schemas: componentSchemas(),
  },
});
