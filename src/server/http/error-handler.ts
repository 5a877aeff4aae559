import type { FastifyInstance } from 'fastify';
import { newId } from '../../protocol/ids.ts';
import { ApiProblem } from '../api-problem.ts';
import { LogUnavailable } from '../log/event-log.ts';

/** Fastify's own refusals in the API's words. */
const ofFramework = (error: unknown): ApiProblem | undefined => {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  switch (status) {
    case 400:
      return new ApiProblem(400, 'validation_error', 'The body is not valid JSON.');
    case 413:
      return new ApiProblem(413, 'payload_too_large', 'The body is too large.');
    case 415:
      return new ApiProblem(415, 'unsupported_media_type', 'The body must be JSON.');
    default:
      return undefined;
  }
};

/** Every failure as `{error, message}`; our own says no more than an id that is in the log. */
export const handleErrors = (app: FastifyInstance): void => {
  app.setErrorHandler((error, request, reply) => {
    const problem =
      error instanceof ApiProblem
        ? error
        : error instanceof LogUnavailable
          ? new ApiProblem(503, 'service_unavailable', 'The log cannot be written at the moment.')
          : ofFramework(error);
    if (problem !== undefined) {
      return reply.status(problem.status).send({ error: problem.code, message: problem.message, ...problem.details });
    }
    const errorId = newId('evt');
    request.log.error({ err: error, errorId }, 'a request failed');
    return reply.status(500).send({ error: 'internal_error', message: 'Something went wrong on our side.', errorId });
  });
};
