import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiErrorCode } from '../../protocol/errors.ts';
import type { Principal } from '../auth/principal.ts';
import { causeOf } from '../http/idempotency.ts';
import type { Asker } from '../incidents/asker.ts';
import { mustBeAdmin, mustBePerson, readInput } from './context.ts';

/** Who may call: anybody of the tenant, a person, or an admin. */
export type Access = 'anybody' | 'person' | 'admin';

type Caller<A extends Access> = A extends 'anybody' ? Principal : Asker;

const Nothing = z.looseObject({});

type Call<A extends Access, Params, Query, Body> = {
  caller: Caller<A>;
  params: Params;
  query: Query;
  body: Body;
  request: FastifyRequest;
  reply: FastifyReply;
};

/** One call of the API as it is described to those who read. */
export type Described = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:name` for a part of the address. */
  path: string;
  summary: string;
  access: Access;
  params: z.ZodType;
  query: z.ZodType;
  body: z.ZodType | null;
  answer: z.ZodType;
  status: number;
  errors: readonly ApiErrorCode[];
  /** The types of the answer and of the body, where they are not JSON. */
  produces?: readonly string[];
  consumes?: readonly string[];
};

/** What it takes and answers, said once for those who validate and those who read. */
export type Route = Described & {
  run(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<unknown>;
};

/** The parts of an address; what is no id of ours is answered like one that does not exist. */
export const OfIncident = z.object({ incidentId: z.string() });
export const OfRemediation = z.object({ remediationId: z.string() });

const admit = <A extends Access>(access: A, principal: Principal, request: FastifyRequest): Caller<A> => {
  const caller: Principal | Asker =
    access === 'anybody'
      ? principal
      : { ...(access === 'admin' ? mustBeAdmin(principal) : mustBePerson(principal)), cause: causeOf(request) };
  return caller as Caller<A>;
};

/** Declares a route; `handle` gets what the schemas made of the request. */
export const route = <
  A extends Access,
  Answer extends z.ZodType,
  Params extends z.ZodType = typeof Nothing,
  Query extends z.ZodType = typeof Nothing,
  Body extends z.ZodType = typeof Nothing,
>(spec: {
  method: Route['method'];
  path: string;
  summary: string;
  access: A;
  params?: Params;
  query?: Query;
  body?: Body;
  answer: Answer;
  status?: number;
  errors?: readonly ApiErrorCode[];
  handle(call: Call<A, z.output<Params>, z.output<Query>, z.output<Body>>): Promise<z.input<Answer>> | z.input<Answer>;
}): Route => {
  const params = spec.params ?? Nothing;
  const query = spec.query ?? Nothing;
  const body = spec.body ?? Nothing;
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    access: spec.access,
    params,
    query,
    body: spec.body ?? null,
    answer: spec.answer,
    status: spec.status ?? 200,
    errors: spec.errors ?? [],
    run: async (request, reply, principal) =>
      spec.handle({
        caller: admit(spec.access, principal, request),
        params: readInput(params, request.params) as z.output<Params>,
        query: readInput(query, request.query) as z.output<Query>,
        body: readInput(body, request.body) as z.output<Body>,
        request,
        reply,
      }),
  };
};

/** Puts the routes on the server. Who calls is known before anything of the request is looked at. */
export const registerRoutes = (
  app: FastifyInstance,
  routes: readonly Route[],
  authenticate: (request: FastifyRequest) => Promise<Principal>,
): void => {
  for (const { method, path, status, run } of routes) {
    app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const answer = await run(request, reply, await authenticate(request));
        return reply.sent ? reply : reply.status(status).send(answer);
      },
    });
  }
};
