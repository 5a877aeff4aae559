import type { FastifyRequest } from 'fastify';
import { ApiProblem } from '../api-problem.ts';
import type { Person } from './principal.ts';
import { readSessionCookie } from './session-cookie.ts';
import type { Session, Sessions } from './sessions.ts';
import { TokenRefused, type Tokens } from './tokens.ts';

/** The one call that an EventSource, which can set no header, makes with its token in the address. */
export const STREAM_PATH = '/v1/notifications/stream';

const tokenOf = (request: FastifyRequest): string | undefined => {
  const { authorization } = request.headers;
  if (authorization !== undefined) return /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  if (request.url.split('?', 1)[0] !== STREAM_PATH) return undefined;
  const { query } = request;
  const token = typeof query === 'object' && query !== null && 'token' in query ? query.token : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
};

/** True where the browser's cookie is all that says who calls: what a foreign page could have sent too. */
export const usesCookie = (request: FastifyRequest): boolean =>
  tokenOf(request) === undefined && readSessionCookie(request) !== undefined;

export type Callers = ReturnType<typeof createCallers>;

/** Who calls, looked up once a request: by the bearer token of a client, or the token behind a browser's session. */
export const createCallers = ({ sessions, tokens }: { sessions: Sessions; tokens: Tokens }) => {
  const lookups = new WeakMap<FastifyRequest, Promise<Session>>();
  const known = new WeakMap<FastifyRequest, Person>();

  const look = async (request: FastifyRequest): Promise<Session> => {
    const token = tokenOf(request);
    if (token !== undefined) {
      const person = await tokens.verify(token).catch((error: unknown) => {
        throw error instanceof TokenRefused ? new ApiProblem(401, 'unauthorized', error.message) : error;
      });
      return { id: null, token, person };
    }
    const secret = readSessionCookie(request);
    const session = secret === undefined ? undefined : await sessions.find(secret);
    if (session === undefined) throw new ApiProblem(401, 'unauthorized', 'Sign in or send a bearer token.');
    return session;
  };

  const sessionOf = async (request: FastifyRequest): Promise<Session> => {
    const lookup = lookups.get(request) ?? look(request);
    lookups.set(request, lookup);
    const session = await lookup;
    known.set(request, session.person);
    return session;
  };

  return {
    /** Throws a 401 `ApiProblem`. */
    sessionOf,
    /** Who it is that was refused, for those who would know; undefined for nobody whom we know. */
    personOf: (request: FastifyRequest): Promise<Person | undefined> =>
      sessionOf(request).then(
        ({ person }) => person,
        () => undefined,
      ),
    /** Who it was found to be so far. */
    foundOf: (request: FastifyRequest): Person | undefined => known.get(request),
  };
};
