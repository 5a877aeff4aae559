import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'causeflow_session';

/** Behind TLS a browser takes a cookie with this prefix from nobody else of the domain (RFC 6265bis §4.1.3.2). */
const nameFor = (request: FastifyRequest): string => (request.protocol === 'https' ? `__Host-${NAME}` : NAME);

const optionsFor = (request: FastifyRequest) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' }) as const;

/** The session's secret, as this request's cookie has it. */
export const readSessionCookie = (request: FastifyRequest): string | undefined => request.cookies[nameFor(request)];

export const setSessionCookie = (request: FastifyRequest, reply: FastifyReply, secret: string, expiresAt: number) =>
  reply.setCookie(nameFor(request), secret, { ...optionsFor(request), expires: new Date(expiresAt) });

export const clearSessionCookie = (request: FastifyRequest, reply: FastifyReply) =>
  reply.clearCookie(nameFor(request), optionsFor(request));
