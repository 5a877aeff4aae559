import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ApiProblem, notFound } from '../api-problem.ts';
import type { Audit } from '../audit/audit.ts';
import { isAdmin, type Person, type Principal } from '../auth/principal.ts';
import type { DecisionRoom } from '../incidents/decision-room.ts';
import type { Decisions } from '../incidents/decisions.ts';
import type { Dispatches } from '../incidents/dispatches.ts';
import type { Investigations } from '../incidents/investigations.ts';
import type { IncidentRecord, Records } from '../incidents/records.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Relay } from '../relay/relay.ts';

/** What the API's routes are made of. */
export type ApiDeps = {
  log: EventLog;
  records: Records;
  investigations: Investigations;
  decisions: Decisions;
  decisionRoom: DecisionRoom;
  dispatches: Dispatches;
  relay: Relay;
  audit: Audit;
  /** Who is calling; throws a 401 `ApiProblem`. */
  authenticate(request: FastifyRequest): Promise<Principal>;
  now: () => number;
  version: string;
};

export const mustBeAdmin = (principal: Principal): Person => {
  if (isAdmin(principal)) return principal;
  throw new ApiProblem(403, 'forbidden', 'Only an admin may do this.');
};

export const mustBePerson = (principal: Principal): Person => {
  if (principal.kind === 'person') return principal;
  throw new ApiProblem(403, 'forbidden', 'An agent key may not do this.');
};

/** The incident of this tenant; another's is answered like one that does not exist. */
export const incidentOf = ({ records }: { records: Records }, tenantId: string, incidentId: string): IncidentRecord => {
  const record = records.incident(tenantId, incidentId);
  if (record === undefined) throw notFound('incident', 'There is no such incident.');
  return record;
};

/** Reads a query or a body by its schema; a mismatch is 400 with the failing paths. */
export const readInput = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  const first = issues[0];
  throw new ApiProblem(
    400,
    'validation_error',
    first === undefined ? 'The request is not valid.' : `${first.path === '' ? 'body' : first.path}: ${first.message}`,
    { issues },
  );
};
