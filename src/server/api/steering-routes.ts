import {
  AbortAnswer,
  AbortInvestigation,
  AddContext,
  ContextAnswer,
  DecideKnownSolution,
  FeedbackAnswer,
  InvestigationFeedback,
  KnownSolutionAnswer,
  RemediationFeedback,
} from '../../protocol/api-steering.ts';
import { Id, newId } from '../../protocol/ids.ts';
import { ApiProblem, notFound } from '../api-problem.ts';
import type { Person } from '../auth/principal.ts';
import { toNewEvent } from '../incidents/stored-event.ts';
import { type ApiDeps, incidentOf } from './context.ts';
import { OfIncident, OfRemediation, type Route, route } from './route.ts';

/** Here it is a plan that goes on, and who wants to stop it rejects it. */
const PLAN_UNDER_WAY: ReadonlySet<string> = new Set(['approval', 'approved', 'executing']);

/** What people tell the agents, and what they think of their work. Each is an event that everybody watching sees. */
export const steeringRoutes = (deps: ApiDeps): readonly Route[] => {
  const { log, records, investigations, dispatches, now } = deps;

  /** Appends an event that may be there only once; false where it was there before. */
  const appendOnce = async (
    person: Person,
    incidentId: string,
    method: string,
    params: Record<string, unknown>,
    key: string,
    expectSeq = 0,
  ): Promise<boolean> => {
    const timestamp = new Date(now()).toISOString();
    const event = { incidentId, by: person.email, timestamp, ...params, eventId: newId('evt') };
    const stored = await log.append({
      tenantId: person.tenantId,
      stream: incidentId,
      events: [toNewEvent(method, event, key)],
      expect: { key, seq: expectSeq },
    });
    return stored.ok;
  };

  const feedback = async (
    person: Person,
    incidentId: string,
    method: string,
    subject: string,
    given: Record<string, unknown>,
  ) => {
    const feedbackId = newId('fbk');
    const isFirst = await appendOnce(
      person,
      incidentId,
      method,
      { ...given, feedbackId },
      `feedback:${subject}:${person.userId}`,
    );
    if (!isFirst) throw new ApiProblem(409, 'feedback_already_submitted', 'You have given your feedback already.');
    return { feedbackId, submittedAt: new Date(now()).toISOString() };
  };

  return [
    route({
      method: 'DELETE',
      path: '/v1/investigation/:incidentId',
      summary: 'Stops the agents that investigate an incident.',
      access: 'admin',
      params: OfIncident,
      body: AbortInvestigation,
      answer: AbortAnswer,
      errors: ['incident_not_found', 'no_active_investigation'],
      async handle({ caller, params: { incidentId }, body: { reason } }) {
        incidentOf(deps, caller.tenantId, incidentId);
        const { investigation, keySeq } = await investigations.get(caller.tenantId, incidentId);
        // Read after what it is compared with, or a dispatch that was aborted meanwhile would seem to be open.
        const record = incidentOf(deps, caller.tenantId, incidentId);
        const working = [...investigation.agents.values()].filter(
          ({ status }) => status === 'queued' || status === 'running' || status === 'waiting',
        );
        const isActive =
          investigation.phase === 'investigating' ||
          (record.openDispatch !== null && !PLAN_UNDER_WAY.has(investigation.phase));
        const lifecycle = '@lifecycle';
        const expected = keySeq.get(lifecycle) ?? 0;
        if (
          !isActive ||
          !(await appendOnce(caller, incidentId, 'investigation.aborted', { reason }, lifecycle, expected))
        ) {
          throw new ApiProblem(409, 'no_active_investigation', 'No investigation is running.');
        }
        return {
          incidentId,
          status: 'open' as const,
          abortedAt: new Date(now()).toISOString(),
          agentsStopped: working.map(({ name }) => name),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/investigation/:incidentId/context',
      summary: 'Tells the agents something, and sends them off again if wished.',
      access: 'person',
      params: OfIncident,
      body: AddContext,
      answer: ContextAnswer,
      errors: ['incident_not_found'],
      async handle({ caller, params: { incidentId }, body }) {
        const record = incidentOf(deps, caller.tenantId, incidentId);
        const { context, reinvestigate, suggestedAgents } = body;
        const timestamp = new Date(now()).toISOString();
        const event = { incidentId, by: caller.email, context, suggestedAgents, timestamp, eventId: newId('evt') };
        await log.append({
          tenantId: caller.tenantId,
          stream: incidentId,
          events: [toNewEvent('investigation.context_added', event)],
        });
        if (reinvestigate) await dispatches.dispatch(record);
        return {
          incidentId,
          message: reinvestigate ? 'The agents start again with it.' : 'The agents have been told.',
          reinvestigating: reinvestigate,
        };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/investigation/:incidentId/known-solution',
      summary: 'Accepts or dismisses a known solution that was found for an incident.',
      access: 'person',
      params: OfIncident,
      body: DecideKnownSolution,
      answer: KnownSolutionAnswer,
      errors: ['incident_not_found', 'pattern_not_found', 'no_pending_decision'],
      async handle({ caller, params: { incidentId }, body: { action, patternId, notes } }) {
        incidentOf(deps, caller.tenantId, incidentId);
        const { investigation, keySeq } = await investigations.get(caller.tenantId, incidentId);
        const solution = investigation.knownSolutions.find((known) => known.patternId === patternId);
        if (solution === undefined) {
          if (investigation.knownSolutions.length > 0) throw notFound('pattern', 'This pattern was not offered.');
          throw records.incident(caller.tenantId, incidentId)?.openDispatch === null
            ? new ApiProblem(409, 'no_pending_decision', 'No known solution waits for a decision.')
            : notFound('pattern', 'This pattern was not offered.');
        }
        const key = `pattern:${patternId}`;
        const params = { action, patternId, notes };
        const isFirst =
          solution.decision === null &&
          (await appendOnce(
            caller,
            incidentId,
            'investigation.known_solution_decided',
            params,
            key,
            keySeq.get(key) ?? 0,
          ));
        if (!isFirst) throw new ApiProblem(409, 'no_pending_decision', 'This was decided already.');
        return { incidentId, action, patternId, nextStatus: action === 'accept' ? 'remediating' : 'investigating' };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/investigation/:incidentId/feedback',
      summary: 'Rates an investigation, once a person.',
      access: 'person',
      params: OfIncident,
      body: InvestigationFeedback,
      answer: FeedbackAnswer.extend({ incidentId: Id }),
      errors: ['incident_not_found', 'feedback_already_submitted'],
      async handle({ caller, params: { incidentId }, body }) {
        incidentOf(deps, caller.tenantId, incidentId);
        const given = await feedback(caller, incidentId, 'investigation.feedback_submitted', 'investigation', body);
        return { ...given, incidentId };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/remediation/:remediationId/feedback',
      summary: 'Rates a fix by what it did, once a person.',
      access: 'person',
      params: OfRemediation,
      body: RemediationFeedback,
      answer: FeedbackAnswer.extend({ remediationId: Id }),
      errors: ['remediation_not_found', 'feedback_already_submitted'],
      async handle({ caller, params: { remediationId }, body }) {
        const plan = records.plan(caller.tenantId, remediationId);
        if (plan === undefined) throw notFound('remediation', 'There is no such remediation.');
        const given = { ...body, remediationId };
        const answer = await feedback(caller, plan.incidentId, 'remediation.feedback_submitted', remediationId, given);
        return { ...answer, remediationId };
      },
    }),
  ];
};
