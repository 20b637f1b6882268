import { operations, pathFieldsOf, type OperationName } from '@verbatim/protocol';
import type { HttpRequest } from '@verbatim/testing/scenario';

type HttpForm = HttpRequest & { readonly path: string };

/** An operation's request over HTTP: the same fields in path, query and body. Fields of no place go into the body, or the query. */
export const requestOf = (op: OperationName, d: Readonly<Record<string, unknown>>): HttpForm => {
  const { http } = operations[op];
  const binding = http.find((each) => pathFieldsOf(each).every((field) => d[field] !== undefined));
  if (binding === undefined) throw new Error(`${op} has no route for ${Object.keys(d).join(', ')}`);
  const inPath = pathFieldsOf(binding);
  const path = binding.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String(d[field])));
  const rest = Object.entries(d).filter(([field]) => !inPath.includes(field));
  const { method } = binding;
  if (binding.body !== undefined) return { method, path, body: Object.fromEntries(rest) };
  const query = new URLSearchParams(
    rest.map(([field, value]) => [field, String(value)] as [string, string]),
  ).toString();
  return { method, path: query === '' ? path : `${path}?${query}` };
};
