import type { Remediation } from '../../incident/state.ts';
import { AUDITED_ACTIONS } from '../../protocol/api-steering.ts';
import { newId } from '../../protocol/ids.ts';
import { type PublicationMethod, publications } from '../../protocol/up.ts';
import type { AgentKey } from '../auth/principal.ts';
import type { EventLog } from '../log/event-log.ts';
import { TENANT_STREAM } from '../log/event-log.ts';
import { actorOf } from './actor.ts';
import { type Batch, storeInOrder } from './batch.ts';
import { planDigest } from './digest.ts';
import type { Investigations } from './investigations.ts';
import { createLanes } from './lanes.ts';
import { MAX_NESTING, nestsWithin } from './nesting.ts';
import type { Records } from './records.ts';
import { REPORTS, type Refusal, whyNotPropose, whyNotReport } from './report-rules.ts';
import { fromOutside, readParams, toNewEvent } from './stored-event.ts';

export type Published = { ok: true; eventId: string; seq: number; incidentId: string } | ({ ok: false } & Refusal);

/** What is looked at beside what the incident has by then: what was published before it must be there, and after it not yet. */
const OF_PLANS: ReadonlySet<string> = new Set([...REPORTS, 'remediation.proposed']);

/** What people say and decide comes through the API; an agent can only hear it. */
const DECISIONS: ReadonlySet<string> = new Set([
  'remediation.approved',
  'remediation.rejected',
  'remediation.expired',
  'investigation.aborted',
  'investigation.context_added',
  'investigation.known_solution_decided',
  'investigation.feedback_submitted',
  'remediation.feedback_submitted',
  'remediation.check_requested',
  'remediation.claimed',
  'remediation.objected',
  'remediation.objection_withdrawn',
  'remediation.rollback_requested',
  'agent.instructed',
  'evidence.check_requested',
]);
/** What is put on record says which key it came with. */
const AUDITED: ReadonlySet<string> = new Set(AUDITED_ACTIONS);

/** How often an event of a plan is tried again after another one came in between. */
const MAX_TRIES = 20;
/** A proposal that names no deadline gets this one. */
const APPROVAL_LIFETIME_MS = 15 * 60_000;

const invalid = (path: string, message: string): Published => ({
  ok: false,
  code: 'invalid_params',
  issues: [{ code: 'custom', path: path === '' ? [] : [path], message, input: undefined }],
});

export type Publisher = ReturnType<typeof createPublisher>;

/** Takes what agents publish: checks it, completes it and appends it. Resolves once it is durable. */
export const createPublisher = (deps: {
  log: EventLog;
  records: Records;
  investigations: Investigations;
  now: () => number;
}) => {
  const { log, records, investigations, now } = deps;

  const completed = (agentKey: AgentKey, method: PublicationMethod, params: Record<string, unknown>) => {
    const event = {
      ...fromOutside(params),
      ...(AUDITED.has(method) ? { actor: actorOf(agentKey) } : {}),
      eventId: typeof params.eventId === 'string' ? params.eventId : newId('evt'),
      timestamp: typeof params.timestamp === 'string' ? params.timestamp : new Date(now()).toISOString(),
    };
    if (method !== 'remediation.proposed') return event;
    const plan = { title: '', ...params, description: params.description ?? '' } as {
      title: string;
      description: string;
      steps: unknown;
    };
    return {
      ...event,
      description: plan.description,
      planDigest: planDigest(plan),
      approvalsRequired: params.approvalsRequired ?? 1,
      approvalId: params.approvalId ?? newId('apr'),
      expiresAt: params.expiresAt ?? new Date(now() + APPROVAL_LIFETIME_MS).toISOString(),
    };
  };

  /** Reports and openings are barriers: a report is checked against what was sent before it. */
  const lanes = createLanes();

  /** The answer to an opening that is stored already; undefined where the event is none of the tenant's openings. */
  const openedBefore = async (tenantId: string, eventId: string): Promise<Published | undefined> => {
    const first = await log.find(tenantId, eventId);
    if (first?.method !== 'incident.created') return undefined;
    return { ok: true, eventId, seq: first.seq, incidentId: readParams(first).incidentId };
  };

  const openIncident = async (
    agentKey: AgentKey,
    incidentId: string,
    params: Record<string, unknown>,
  ): Promise<Published> => {
    const { tenantId } = agentKey;
    const event = {
      ...completed(agentKey, 'incident.created', params),
      incidentId,
      status: 'open',
      source: 'automated',
    };
    const taken: Published = { ok: false, code: 'invalid_status', reason: 'this incident exists already' };
    if (records.incident(tenantId, incidentId) !== undefined) {
      return (await openedBefore(tenantId, event.eventId)) ?? taken;
    }
    // Another node may open the same incident at this moment: of both one does.
    const key = `created:${incidentId}`;
    const stored = await log.append({
      tenantId,
      stream: TENANT_STREAM,
      events: [toNewEvent('incident.created', event, key)],
      expect: { key, seq: 0 },
    });
    if (!stored.ok) return taken;
    const appended = stored.appended[0];
    if (appended?.duplicate === true) return (await openedBefore(tenantId, event.eventId)) ?? taken;
    return { ok: true, eventId: event.eventId, seq: appended?.seq ?? 0, incidentId };
  };

  const isAnothers = (tenantId: string, incidentId: string, given: Record<string, unknown>): boolean => {
    const remediationId = String(given.remediationId);
    const plan = records.plan(tenantId, remediationId);
    const approved = records.planOfApproval(tenantId, String(given.approvalId));
    return (
      (plan !== undefined && plan.incidentId !== incidentId && !plan.imported) ||
      (approved !== undefined && approved.remediationId !== remediationId)
    );
  };

  /** Why what an agent says of a plan is refused; undefined where it is taken. */
  const whyNot = (
    tenantId: string,
    incidentId: string,
    method: string,
    event: Record<string, unknown>,
    plan: Remediation | undefined,
  ): Refusal | undefined => {
    const isProposal = method === 'remediation.proposed';
    if (isProposal && isAnothers(tenantId, incidentId, event)) {
      return { code: 'invalid_status', reason: 'another plan has this remediationId or approvalId' };
    }
    const record = records.plan(tenantId, String(event.remediationId));
    // The copy of a plan that this tenant has itself is another incident's.
    if (plan !== undefined && record !== undefined && (record.imported || record.incidentId !== incidentId)) {
      return { code: 'invalid_status', reason: 'the plan came with an imported record: it is history' };
    }
    return isProposal ? whyNotPropose(plan) : whyNotReport(plan, method, event);
  };

  /**
   * What agents say of a plan is appended only if the plan is as it was looked at: it is not replaced under the hands of
   * those who carry it out, nor reported on in the face of what people decided meanwhile. What is stored already is
   * answered as it was, however the plan went on.
   */
  const publishOnPlan = async (
    tenantId: string,
    incidentId: string,
    method: string,
    event: Record<string, unknown> & { eventId: string },
  ): Promise<Published> => {
    const { eventId } = event;
    const key = String(event.remediationId);
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const { investigation, planEvents, keySeq } = await investigations.get(tenantId, incidentId);
      const plan = investigation.remediations.find(({ remediationId }) => remediationId === key);
      const refused = whyNot(tenantId, incidentId, method, event, plan);
      if (refused !== undefined) {
        const first = planEvents.find((known) => known.id === eventId && known.method === method);
        return first === undefined ? { ok: false, ...refused } : { ok: true, eventId, seq: first.seq ?? 0, incidentId };
      }
      const stored = await log.append({
        tenantId,
        stream: incidentId,
        events: [toNewEvent(method, event)],
        expect: { key, seq: keySeq.get(key) ?? 0 },
      });
      const appended = stored.ok ? stored.appended[0] : undefined;
      if (appended !== undefined) return { ok: true, eventId: appended.eventId, seq: appended.seq, incidentId };
    }
    return { ok: false, code: 'invalid_status', reason: 'the plan changes too quickly' };
  };

  const publishEvent = async (
    agentKey: AgentKey,
    incidentId: string,
    method: Exclude<PublicationMethod, 'incident.created'>,
    given: Record<string, unknown>,
  ): Promise<Published> => {
    const { tenantId } = agentKey;
    // It may have been opened through another node a moment ago.
    if (records.incident(tenantId, incidentId) === undefined) await log.caughtUp();
    if (records.incident(tenantId, incidentId) === undefined) return { ok: false, code: 'incident_not_found' };
    const event = completed(agentKey, method, given);
    if (OF_PLANS.has(method)) return publishOnPlan(tenantId, incidentId, method, event);
    const stored = await log.append({ tenantId, stream: incidentId, events: [toNewEvent(method, event)] });
    const appended = stored.ok ? stored.appended[0] : undefined;
    if (appended === undefined) throw new Error('an append without an expectation did not append');
    return { ok: true, eventId: appended.eventId, seq: appended.seq, incidentId };
  };

  return {
    async publish(
      agentKey: AgentKey,
      method: PublicationMethod,
      given: Record<string, unknown>,
      batch: Batch,
    ): Promise<Published> {
      if (!nestsWithin(given, MAX_NESTING)) return invalid('', `nests deeper than ${MAX_NESTING} levels`);
      const parsed = publications[method].safeParse(given);
      if (!parsed.success) return { ok: false, code: 'invalid_params', issues: parsed.error.issues };
      if (DECISIONS.has(method)) {
        return { ok: false, code: 'forbidden', reason: 'an agent key may not publish a decision' };
      }
      const incidentId = typeof given.incidentId === 'string' ? given.incidentId : newId('inc');
      if (incidentId.startsWith('@')) return invalid('incidentId', 'must not start with @');
      const store = (): Promise<Published> =>
        method === 'incident.created'
          ? openIncident(agentKey, incidentId, parsed.data)
          : publishEvent(agentKey, incidentId, method, given);
      const isBarrier = method === 'incident.created' || OF_PLANS.has(method);
      return lanes.run(`${agentKey.tenantId}/${incidentId}`, isBarrier, () => storeInOrder(batch, store));
    },
  };
};
