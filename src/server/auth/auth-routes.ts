import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Role } from '../../protocol/values.ts';
import { readInput } from '../api/context.ts';
import { ApiProblem } from '../api-problem.ts';
import type { Meters } from '../metrics/meters.ts';
import { demoToken } from './demo.ts';
import type { Person } from './principal.ts';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.ts';
import { type Sessions, TICKET_LIFETIME_S } from './sessions.ts';
import { TokenRefused } from './tokens.ts';

const DemoSignIn = z.object({ role: Role });
const TokenSignIn = z.object({ token: z.string().trim().min(1).max(16_384) });

const publicPerson = ({ userId, email, name, roles, tenantId }: Person) => ({ userId, email, name, roles, tenantId });

export type AuthRouteDeps = {
  sessions: Sessions;
  /** The secret that signs the demo's tokens; null where people bring their own. */
  demoSecret: string | null;
  lab: boolean;
  meters: Meters;
};

/** Sign-in, sign-out and tickets: the calls of the dashboard's own origin. */
export const registerAuthRoutes = (app: FastifyInstance, deps: AuthRouteDeps): void => {
  const { sessions, demoSecret } = deps;

  const start = async (request: FastifyRequest, reply: FastifyReply, token: string) => {
    const { secret, person } = await sessions.start(token).catch((error: unknown) => {
      throw error instanceof TokenRefused ? new ApiProblem(401, 'unauthorized', error.message) : error;
    });
    // Whoever was signed in here before is so no longer, nor is whoever planted their cookie.
    const before = readSessionCookie(request);
    if (before !== undefined) await sessions.end(before);
    setSessionCookie(request, reply, secret, person.expiresAt);
    return { user: publicPerson(person) };
  };

  app.get('/auth/session', async (request) => {
    const secret = readSessionCookie(request);
    const session = secret === undefined ? undefined : await sessions.find(secret);
    return {
      mode: demoSecret === null ? 'token' : 'demo',
      lab: deps.lab,
      user: session === undefined ? null : publicPerson(session.person),
      // A span and not a time: the clocks of two machines differ.
      expiresInMs: session === undefined ? null : session.person.expiresAt - Date.now(),
    };
  });

  /** A new token for the session, which goes on: the demo makes one, otherwise the person brings one. */
  app.post('/auth/renew', async (request, reply) => {
    const secret = readSessionCookie(request);
    const session = secret === undefined ? undefined : await sessions.find(secret);
    if (secret === undefined || session === undefined) throw new ApiProblem(401, 'unauthorized', 'Sign in first.');
    const token =
      demoSecret === null
        ? readInput(TokenSignIn, request.body).token
        : await demoToken(demoSecret, session.person.roles.includes('admin') ? 'admin' : 'member');
    const person = await sessions.renew(secret, token).catch((error: unknown) => {
      throw error instanceof TokenRefused ? new ApiProblem(403, 'forbidden', error.message) : error;
    });
    if (person === undefined) throw new ApiProblem(401, 'unauthorized', 'Sign in first.');
    setSessionCookie(request, reply, secret, person.expiresAt);
    return { expiresInMs: person.expiresAt - Date.now() };
  });

  app.post('/auth/demo', async (request, reply) => {
    if (demoSecret === null) throw new ApiProblem(403, 'forbidden', 'The demo sign-in is off on this server.');
    const { role } = readInput(DemoSignIn, request.body);
    return start(request, reply, await demoToken(demoSecret, role));
  });

  app.post('/auth/token', async (request, reply) => start(request, reply, readInput(TokenSignIn, request.body).token));

  app.post('/auth/sign-out', async (request, reply) => {
    const secret = readSessionCookie(request);
    if (secret !== undefined) await sessions.end(secret);
    clearSessionCookie(request, reply);
    return { signedOut: true };
  });

  app.post('/auth/ticket', async (request) => {
    const secret = readSessionCookie(request);
    const session = secret === undefined ? undefined : await sessions.find(secret);
    if (secret === undefined || session === undefined) throw new ApiProblem(401, 'unauthorized', 'Sign in first.');
    const ticket = await sessions.issueTicket(secret, session.person);
    deps.meters.ticketsIssued += 1;
    return { ticket, expiresIn: TICKET_LIFETIME_S };
  });
};
