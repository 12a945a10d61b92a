import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isDatabaseUnavailable } from '../store/database-errors.js';
import { type FieldError, Problem, problemDocument } from './problem.js';

/** Seconds a caller should wait when the database is away: long enough to spare it, short enough for a phone. */
const RETRY_AFTER_SECONDS = '2';

/**
 * Turns whatever was thrown into the one shape of the contract. Unknown errors become a bare 500: no message, stack, SQL or
 * header value reaches the caller, and the log gets the whole error under the request's id.
 */
export const errorHandler = fp(
  async (app) => {
    app.setErrorHandler((error: FastifyError, request, reply) => {
      const problem = toProblem(error);
      // Not a 503: an outage is logged once, by the queue that saw it, and not by each of the thousands it turned away.
      if (problem.status === 500) request.log.error({ err: error, req: request }, problem.message);
      return sendProblem(request, reply, problem);
    });
    app.setNotFoundHandler((request, reply) =>
      sendProblem(
        request,
        reply,
        new Problem('not-found', `No route answers ${request.method} at this address.`),
      ),
    );
  },
  { name: 'error-handler' },
);

/** Sends a problem document; `instance` is the path without the query, which may hold secrets. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? request.url;
  return reply
    .code(problem.status)
    .headers(problem.extras.headers ?? {})
    .serializer(JSON.stringify)
    .type('application/problem+json; charset=utf-8')
    .send(problemDocument(problem, path));
}

function toProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors: FieldError[] = error.validation.map((issue) => ({
      path: issue.instancePath.slice(1).replaceAll('/', '.'),
      message: issue.message ?? 'is not valid',
    }));
    return new Problem('validation-failed', `The ${error.validationContext ?? 'request'} is not valid.`, {
      errors,
    });
  }
  if (isDatabaseUnavailable(error)) return databaseUnavailable(error);
  switch (error.statusCode) {
    case 413:
      return new Problem('body-too-large', 'The body is larger than the limit.');
    case 415:
      return new Problem(
        'unsupported-media-type',
        'Send application/json, plain or with gzip or br encoding.',
      );
    case undefined:
    case 500:
      return new Problem('internal-error', 'The request failed for a reason on our side. It was logged.', {
        cause: error,
      });
    default:
      if (error.statusCode < 500) return new Problem('malformed-request', 'The request cannot be read.');
      return new Problem('internal-error', 'The request failed for a reason on our side. It was logged.');
  }
}

/** The 503 of a database that does not answer. */
export const databaseUnavailable = (cause?: unknown): Problem =>
  new Problem(
    'database-unavailable',
    'The database does not answer. Nothing was acknowledged; try again shortly.',
    {
      headers: { 'retry-after': RETRY_AFTER_SECONDS },
      cause,
    },
  );
