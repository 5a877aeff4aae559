import type { Remediation } from '../../incident/state.ts';
import { ApiProblem, notFound } from '../api-problem.ts';
import type { EventLog } from '../log/event-log.ts';
import { actorOf } from './actor.ts';
import { type Asker, idFor, leftBefore } from './asker.ts';
import type { Investigations } from './investigations.ts';
import type { Records } from './records.ts';
import type { Standing } from './snapshots.ts';
import { toNewEvent } from './stored-event.ts';

/** How often a decision is tried again after another event of the same plan came in between. */
const MAX_TRIES = 50;

/** The events of one request are numbered from the last: with that one all of them are there. */
const LAST = 1;
const purposeOf = (number: number): string => `plan:${number}`;

export type Intent = { method: string; params: Record<string, unknown> };

/** What happens by itself, and asks for nothing twice. */
type Clock = { kind: 'clock'; tenantId: string; cause: undefined };

const given = (params: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));

/** How the incident stands where a plan is decided on, and how it stood before. */
export type View = Standing & { at: (seq: number) => Promise<Standing> };

export type PlanEvents = ReturnType<typeof createPlanEvents>;

/**
 * Appends what people do to a plan, with compare-and-set on the newest event of that plan: `intend` sees the plan as it
 * is when its events are appended, and throws the `ApiProblem` that refuses them. Of a plan from an imported record nothing
 * is appended. Resolves to the plan after them; of a request that is sent again, to the plan after what it did the first
 * time.
 */
export const createPlanEvents = (deps: {
  log: EventLog;
  records: Records;
  investigations: Investigations;
  now: () => number;
}) => {
  const { log, records, investigations, now } = deps;

  return async (
    asker: Asker | Clock,
    remediationId: string,
    intend: (plan: Remediation, view: View, at: number) => readonly Intent[] | Promise<readonly Intent[]>,
  ): Promise<Remediation> => {
    const { tenantId } = asker;
    const actor = asker.kind === 'person' ? { actor: actorOf(asker) } : {};
    const record = records.plan(tenantId, remediationId);
    if (record === undefined) throw notFound('remediation', 'There is no such remediation.');
    if (record.imported) {
      throw new ApiProblem(409, 'invalid_status', 'The plan came with an imported record: it is history.');
    }
    const planIn = ({ investigation }: Standing): Remediation | undefined =>
      investigation.remediations.find((known) => known.remediationId === remediationId);
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const standing = await investigations.get(tenantId, record.incidentId);
      const plan = planIn(standing);
      if (plan === undefined) throw notFound('remediation', 'There is no such remediation.');
      // Looked for after the plan was, or what comes in between would seem to be somebody else's.
      const before = await leftBefore(log, asker, record.incidentId, purposeOf(LAST));
      if (before !== undefined) {
        return planIn(await investigations.at(tenantId, record.incidentId, { seq: before.seq })) ?? plan;
      }
      const at = now();
      const timestamp = new Date(at).toISOString();
      const view = { ...standing, at: (seq: number) => investigations.at(tenantId, record.incidentId, { seq }) };
      const events = (await intend(plan, view, at)).map(({ method, params }, index, { length }) =>
        toNewEvent(method, {
          incidentId: record.incidentId,
          remediationId,
          timestamp,
          ...given(params),
          ...actor,
          eventId: idFor('evt', asker, purposeOf(length - index)),
        }),
      );
      const appended = await log.append({
        tenantId,
        stream: record.incidentId,
        events,
        expect: { key: remediationId, seq: standing.keySeq.get(remediationId) ?? 0 },
      });
      if (appended.ok) {
        return planIn(await investigations.get(tenantId, record.incidentId)) ?? plan;
      }
    }
    throw new ApiProblem(503, 'service_unavailable', 'The plan changes too quickly to decide on it. Try again.');
  };
};
