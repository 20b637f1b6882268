import { PROBLEM_MEDIA_TYPE, type ProtocolError, problemOf, retryAfterHeaderOf } from '@verbatim/protocol';
import type { FastifyReply } from 'fastify';

/** Answers an error as `application/problem+json` (RFC 9457), with `Retry-After` where the error names a wait. */
export const sendProblem = (reply: FastifyReply, error: ProtocolError): FastifyReply => {
  const problem = problemOf(error);
  const retryAfter = retryAfterHeaderOf(error);
  if (retryAfter !== null) reply.header('retry-after', retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return (
    reply
      .code(problem.status)
      .header('cache-control', 'no-store')
      .header('content-type', PROBLEM_MEDIA_TYPE)
      // As bytes: to a text Fastify would add a charset, which problem+json does not have.
      .send(Buffer.from(JSON.stringify(problem)))
  );
};
