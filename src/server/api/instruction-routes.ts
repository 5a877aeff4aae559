import { z } from 'zod';
import { findEvidence } from '../../incident/find-evidence.ts';
import { EvidenceCheckAnswer, InstructAgent, InstructAnswer } from '../../protocol/api-decision-room.ts';
import { ApiProblem, notFound } from '../api-problem.ts';
import { isAdmin } from '../auth/principal.ts';
import { appendAct, leftBefore } from '../incidents/asker.ts';
import { type ApiDeps, incidentOf } from './context.ts';
import { type Route, route } from './route.ts';

/** What is said to one agent of an investigation, and evidence that is to be collected again. */
export const instructionRoutes = (deps: ApiDeps): readonly Route[] => {
  const { log, investigations } = deps;

  return [
    route({
      method: 'POST',
      path: '/v1/investigation/:incidentId/agents/:agentName/instruct',
      summary: 'Asks one agent what it waits for, has it skip its present step, or stops it.',
      access: 'person',
      params: z.object({ incidentId: z.string(), agentName: z.string() }),
      body: InstructAgent,
      answer: InstructAnswer,
      errors: ['incident_not_found', 'agent_not_found', 'invalid_status'],
      async handle({ caller, params: { incidentId, agentName }, body: { instruction, message } }) {
        if (instruction !== 'ask' && !isAdmin(caller)) {
          throw new ApiProblem(403, 'forbidden', 'Only an admin may stop an agent or have it skip a step.');
        }
        incidentOf(deps, caller.tenantId, incidentId);
        const { investigation } = await investigations.get(caller.tenantId, incidentId);
        const agent = investigation.agents.get(agentName);
        if (agent === undefined) throw notFound('agent', 'There is no such agent in this investigation.');
        const isOver = agent.status === 'done' || agent.status === 'failed';
        if (isOver && (await leftBefore(log, caller, incidentId)) === undefined) {
          throw new ApiProblem(409, 'invalid_status', `The agent is ${agent.status}.`, { status: agent.status });
        }
        await appendAct(deps, caller, incidentId, 'agent.instructed', { agentName, instruction, message });
        return { incidentId, agentName, instruction };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/investigation/:incidentId/evidence/:evidenceId/check',
      summary: 'Asks for a piece of evidence to be collected again.',
      access: 'person',
      params: z.object({ incidentId: z.string(), evidenceId: z.string() }),
      answer: EvidenceCheckAnswer,
      errors: ['incident_not_found', 'evidence_not_found'],
      async handle({ caller, params: { incidentId, evidenceId } }) {
        incidentOf(deps, caller.tenantId, incidentId);
        const { investigation } = await investigations.get(caller.tenantId, incidentId);
        if (findEvidence(investigation, evidenceId) === undefined)
          throw notFound('evidence', 'There is no such evidence.');
        const { at } = await appendAct(deps, caller, incidentId, 'evidence.check_requested', { evidenceId });
        return { incidentId, evidenceId, requestedAt: at };
      },
    }),
  ];
};
