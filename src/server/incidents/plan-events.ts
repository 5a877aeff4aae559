import type { Remediation } from '../../incident/state.ts';
import { newId } from '../../protocol/ids.ts';
import { ApiProblem, notFound } from '../api-problem.ts';
import type { Person } from '../auth/principal.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Investigations } from './investigations.ts';
import type { Records } from './records.ts';
import type { Standing } from './snapshots.ts';
import { toNewEvent } from './stored-event.ts';

/** How often a decision is tried again after another event of the same plan came in between. */
const MAX_TRIES = 50;

export type Intent = { method: string; params: Record<string, unknown> };

/** An e-mail address is for people to read; who somebody is, the token's subject says. */
export const nameOf = (person: Person): string => (person.email === '' ? person.userId : person.email);

const given = (params: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));

/** How the incident stands where a plan is decided on, and how it stood before. */
export type View = Standing & { at: (seq: number) => Promise<Standing> };

export type PlanEvents = ReturnType<typeof createPlanEvents>;

/**
 * Appends what people do to a plan, with compare-and-set on the newest event of that plan: `intend` sees the plan as it
 * is when its events are appended, and throws the `ApiProblem` that refuses them. Of a plan from an imported record nothing
 * is appended. Resolves to the plan after them.
 */
export const createPlanEvents = (deps: {
  log: EventLog;
  records: Records;
  investigations: Investigations;
  now: () => number;
}) => {
  const { log, records, investigations, now } = deps;

  return async (
    tenantId: string,
    remediationId: string,
    intend: (plan: Remediation, view: View, at: number) => readonly Intent[] | Promise<readonly Intent[]>,
  ): Promise<Remediation> => {
    const record = records.plan(tenantId, remediationId);
    if (record === undefined) throw notFound('remediation', 'There is no such remediation.');
    if (record.imported) {
      throw new ApiProblem(409, 'invalid_status', 'The plan came with an imported record: it is history.');
    }
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const standing = await investigations.get(tenantId, record.incidentId);
      const plan = standing.investigation.remediations.find((known) => known.remediationId === remediationId);
      if (plan === undefined) throw notFound('remediation', 'There is no such remediation.');
      const at = now();
      const timestamp = new Date(at).toISOString();
      const view = { ...standing, at: (seq: number) => investigations.at(tenantId, record.incidentId, { seq }) };
      const events = (await intend(plan, view, at)).map(({ method, params }) =>
        toNewEvent(method, {
          incidentId: record.incidentId,
          remediationId,
          timestamp,
          ...given(params),
          eventId: newId('evt'),
        }),
      );
      const appended = await log.append({
        tenantId,
        stream: record.incidentId,
        events,
        expect: { key: remediationId, seq: standing.keySeq.get(remediationId) ?? 0 },
      });
      if (appended.ok) {
        const after = (await investigations.get(tenantId, record.incidentId)).investigation.remediations;
        return after.find((known) => known.remediationId === remediationId) ?? plan;
      }
    }
    throw new ApiProblem(503, 'service_unavailable', 'The plan changes too quickly to decide on it. Try again.');
  };
};
