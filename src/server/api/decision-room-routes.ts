import { openObjections } from '../../incident/fold-decision-room.ts';
import type { Remediation } from '../../incident/state.ts';
import {
  CheckAnswer,
  CheckPlan,
  ClaimAnswer,
  ClaimPlan,
  DecisionRecord,
  ObjectionAnswer,
  ObjectToPlan,
  RollBackAnswer,
  RollBackPlan,
  WithdrawObjection,
} from '../../protocol/api-decision-room.ts';
import { notFound } from '../api-problem.ts';
import { decisionRecord } from '../audit/decision-record.ts';
import { nameOf } from '../incidents/actor.ts';
import { type ApiDeps, incidentOf } from './context.ts';
import { OfRemediation, type Route, route } from './route.ts';

const objections = (plan: Remediation) => ({
  remediationId: plan.remediationId,
  objections: openObjections(plan).length,
  expiresAt: plan.expiresAt === null ? null : new Date(plan.expiresAt).toISOString(),
});

/** What people do around a plan beside approving it, and the record of what was decided. */
export const decisionRoomRoutes = (deps: ApiDeps): readonly Route[] => {
  const { records, investigations, decisionRoom, audit, now } = deps;

  return [
    route({
      method: 'POST',
      path: '/v1/remediation/:remediationId/claim',
      summary: 'Says who sees to the decision: the caller, somebody else, or nobody. It keeps nobody from deciding.',
      access: 'admin',
      params: OfRemediation,
      body: ClaimPlan,
      answer: ClaimAnswer,
      errors: ['remediation_not_found', 'invalid_status'],
      async handle({ caller, params, body: { to } }) {
        const { remediationId, claimedBy } = await decisionRoom.claim(caller, params.remediationId, to);
        return { remediationId, claimedBy };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/remediation/:remediationId/objection',
      summary: 'Objects to a plan: while somebody does, its time to be decided on stands still.',
      access: 'person',
      params: OfRemediation,
      body: ObjectToPlan,
      answer: ObjectionAnswer,
      errors: ['remediation_not_found', 'invalid_status', 'already_decided', 'approval_expired'],
      async handle({ caller, params, body: { reason } }) {
        return objections(await decisionRoom.object(caller, params.remediationId, reason));
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/remediation/:remediationId/objection',
      summary: 'Withdraws one’s objection or, for an admin, that of somebody else.',
      access: 'person',
      params: OfRemediation,
      body: WithdrawObjection,
      answer: ObjectionAnswer,
      errors: ['remediation_not_found', 'invalid_status'],
      async handle({ caller, params, body: { objectorId } }) {
        return objections(await decisionRoom.withdraw(caller, params.remediationId, objectorId));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/remediation/:remediationId/check',
      summary: 'Asks the agents to look at the preconditions of a plan again.',
      access: 'person',
      params: OfRemediation,
      body: CheckPlan,
      answer: CheckAnswer,
      errors: ['remediation_not_found', 'invalid_status'],
      async handle({ caller, params, body: { preconditionId } }) {
        const { remediationId } = await decisionRoom.check(caller, params.remediationId, preconditionId);
        return { remediationId, requestedAt: new Date(now()).toISOString() };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/remediation/:remediationId/rollback',
      summary: 'Has a plan taken back that failed, or was carried out a short while ago.',
      access: 'admin',
      params: OfRemediation,
      body: RollBackPlan,
      answer: RollBackAnswer,
      errors: ['remediation_not_found', 'invalid_status'],
      async handle({ caller, params, body: { reason } }) {
        const { remediationId } = await decisionRoom.rollBack(caller, params.remediationId, reason);
        return { remediationId, rollback: 'requested' as const };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/remediation/:remediationId/record',
      summary: 'The decision record of a plan: who decided what in view of what, with its stretch of the audit chain.',
      access: 'admin',
      params: OfRemediation,
      answer: DecisionRecord,
      errors: ['remediation_not_found'],
      async handle({ caller, params: { remediationId }, reply }) {
        const { tenantId } = caller;
        const missing = notFound('remediation', 'There is no such remediation.');
        const known = records.plan(tenantId, remediationId);
        if (known === undefined) throw missing;
        const { investigation, planEvents } = await investigations.get(tenantId, known.incidentId);
        const plan = investigation.remediations.find((one) => one.remediationId === remediationId);
        if (plan === undefined) throw missing;
        const name = remediationId.replace(/[^\w.-]/g, '_');
        reply.header('content-disposition', `attachment; filename="decision-${name}.json"`);
        return decisionRecord({
          incident: incidentOf(deps, tenantId, known.incidentId),
          planEvents,
          at: (seq) => investigations.at(tenantId, known.incidentId, { seq }),
          plan,
          chain: await audit.entries(tenantId),
          exportedBy: nameOf(caller),
          now: now(),
        });
      },
    }),
  ];
};
