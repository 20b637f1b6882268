import { IDEMPOTENCY_HEADER, operations, pathFieldsOf, type OperationName } from '@verbatim/protocol';
import type { HttpRequest } from '@verbatim/testing/scenario';

type HttpForm = HttpRequest & { readonly path: string };

/** An operation's request over HTTP: the same fields in path, query and body. Fields of no place go into the body, or the query. */
export const requestOf = (op: OperationName, d: Readonly<Record<string, unknown>>): HttpForm => {
  const { http } = operations[op];
  const binding = http.find((each) => pathFieldsOf(each).every((field) => d[field] !== undefined));
  if (binding === undefined) throw new Error(`${op} has no route for ${Object.keys(d).join(', ')}`);
  const { idempotencyField } = operations[op];
  // Without a body the id of a command goes into the header.
  const inHeader = binding.body === undefined && idempotencyField !== undefined ? [idempotencyField] : [];
  const inPath = pathFieldsOf(binding);
  const path = binding.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String(d[field])));
  const rest = Object.entries(d).filter(([field]) => ![...inPath, ...inHeader].includes(field));
  const ids = inHeader.map((field) => d[field]).filter((id) => typeof id === 'string');
  const headers = Object.fromEntries(ids.map((id) => [IDEMPOTENCY_HEADER, id]));
  const { method } = binding;
  if (binding.body !== undefined) return { method, path, headers, body: Object.fromEntries(rest) };
  const query = new URLSearchParams(
    rest.map(([field, value]) => [field, String(value)] as [string, string]),
  ).toString();
  return { method, headers, path: query === '' ? path : `${path}?${query}` };
};
