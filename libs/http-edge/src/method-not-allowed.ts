import { type HttpBinding, protocolError } from '@verbatim/protocol';
import type { HTTPMethods } from 'fastify';
import type { HttpServer } from './http-server.js';
import { sendProblem } from './problem-reply.js';

const answered: readonly HTTPMethods[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'LOCK',
];
const pathsOf = new WeakMap<HttpServer, Map<string, Set<string>>>();

/**
 * Remembers that a path has a route of this method. The path's other methods answer 405 with `Allow`, once the server is
 * ready and all its routes are known; without this they would be 404.
 */
export const tellWhichMethods = (server: HttpServer, { path, method }: HttpBinding): void => {
  let paths = pathsOf.get(server);
  if (paths === undefined) {
    paths = new Map();
    pathsOf.set(server, paths);
  }
  const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
  const methods = paths.get(url) ?? new Set<string>();
  paths.set(url, methods.add(method));
};

/** Called once, after the last route was added. */
export const refuseOtherMethods = (server: HttpServer): void => {
  for (const [url, methods] of pathsOf.get(server) ?? []) {
    const allow = [...methods].join(', ');
    const others = answered.filter((method) => !methods.has(method) && server.supportedMethods.includes(method));
    server.route({
      method: others,
      url,
      handler: (request, reply) => {
        reply.header('allow', allow);
        return sendProblem(reply, protocolError('method-not-allowed', { traceId: request.traceId }));
      },
    });
  }
};
