import type { Investigation } from '../../incident/state.ts';
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
import { Id } from '../../protocol/ids.ts';
import { ApiProblem, notFound } from '../api-problem.ts';
import { type Asker, appendAct, idFor, leftBefore } from '../incidents/asker.ts';
import { type ApiDeps, incidentOf } from './context.ts';
import { OfIncident, OfRemediation, type Route, route } from './route.ts';

/** Here it is a plan that goes on, and who wants to stop it rejects it. */
const PLAN_UNDER_WAY: ReadonlySet<string> = new Set(['approval', 'approved', 'executing']);

const workingIn = ({ agents }: Investigation): string[] =>
  [...agents.values()]
    .filter(({ status }) => status === 'queued' || status === 'running' || status === 'waiting')
    .map(({ name }) => name);

/** What people tell the agents, and what they think of their work. Each is an event that everybody watching sees. */
export const steeringRoutes = (deps: ApiDeps): readonly Route[] => {
  const { log, records, investigations, dispatches } = deps;

  const feedback = async (
    person: Asker,
    incidentId: string,
    method: string,
    subject: string,
    given: Record<string, unknown>,
  ) => {
    const feedbackId = idFor('fbk', person, 'feedback');
    const only = { key: `feedback:${subject}:${person.userId}`, seq: 0 };
    const { ok, at } = await appendAct(deps, person, incidentId, method, { ...given, feedbackId }, only);
    if (!ok) throw new ApiProblem(409, 'feedback_already_submitted', 'You have given your feedback already.');
    return { feedbackId, submittedAt: at };
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
        const { tenantId } = caller;
        const { investigation, keySeq } = await investigations.get(tenantId, incidentId);
        // Read after what it is compared with, or a dispatch that was aborted meanwhile would seem to be open.
        const record = incidentOf(deps, tenantId, incidentId);
        const before = await leftBefore(log, caller, incidentId);
        const isActive =
          before !== undefined ||
          investigation.phase === 'investigating' ||
          (record.openDispatch !== null && !PLAN_UNDER_WAY.has(investigation.phase));
        const lifecycle = { key: '@lifecycle', seq: keySeq.get('@lifecycle') ?? 0 };
        const aborted = isActive
          ? await appendAct(deps, caller, incidentId, 'investigation.aborted', { reason }, lifecycle)
          : undefined;
        if (aborted?.ok !== true) {
          throw new ApiProblem(409, 'no_active_investigation', 'No investigation is running.');
        }
        const stopped =
          before === undefined
            ? investigation
            : (await investigations.at(tenantId, incidentId, { seq: before.seq - 1 })).investigation;
        return { incidentId, status: 'open' as const, abortedAt: aborted.at, agentsStopped: workingIn(stopped) };
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
        await appendAct(deps, caller, incidentId, 'investigation.context_added', { context, suggestedAgents });
        if (reinvestigate) await dispatches.dispatch(record, caller);
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
        const undecided = { key, seq: keySeq.get(key) ?? 0 };
        const isOpen = solution.decision === null || (await leftBefore(log, caller, incidentId)) !== undefined;
        const said = { action, patternId, notes };
        const decided = isOpen
          ? await appendAct(deps, caller, incidentId, 'investigation.known_solution_decided', said, undecided)
          : undefined;
        if (decided?.ok !== true) throw new ApiProblem(409, 'no_pending_decision', 'This was decided already.');
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
