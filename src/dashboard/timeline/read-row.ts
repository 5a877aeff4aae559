import type { IncidentEvent } from '../../incident/event.ts';
import { readUndoStep } from '../../protocol/remediation.ts';
import { textOf } from '../lib/plain-text.ts';
import { unreachable } from '../lib/unreachable.ts';
import { readRoom } from './read-room.ts';
import type { PlanVerb, Progress, Row } from './rows.ts';

/** What a row says that only earlier events know. */
export type Memory = {
  confidences: Map<string, number>;
  planTitles: Map<string, string>;
  stepLabels: Map<string, string>;
};

export const newMemory = (): Memory => ({ confidences: new Map(), planTitles: new Map(), stepLabels: new Map() });

export const stepKey = (remediationId: string, stepId: string): string => `${remediationId} ${stepId}`;

const FAILED = /^(?:failed|error|timed out)\b/i;

/** A relay has no field for the failure of a tool; agents say it in a flag or with the first word. */
export const isFailedResult = (result: Progress): boolean =>
  result.params.error === true || FAILED.test(result.params.message);

const readProgress = (event: Progress, base: Pick<Row, 'key' | 'ordinal' | 'later'>): Row => {
  const { agentName: agent, message, kind, tool, evidenceIds = [] } = event.params;
  const common = { ...base, event, agent };
  switch (kind) {
    case 'tool_call':
    case 'tool_result': {
      const isResult = kind === 'tool_result';
      return {
        ...common,
        kind: 'tool',
        tool: tool ?? 'tool',
        reason: isResult ? '' : message,
        outcome: isResult ? message : null,
        state: isResult ? (isFailedResult(event) ? 'failed' : 'done') : 'running',
        leftBy: null,
        input: event.params.input,
        output: event.params.output,
        durationMs: event.params.durationMs ?? null,
        evidenceIds,
      };
    }
    case 'thought':
    case 'finding':
      return { ...common, kind, text: message, evidenceIds };
    case 'status':
    case undefined:
      return { ...common, kind: 'status', text: message, evidenceIds };
    default:
      return unreachable(kind);
  }
};

const readPlan = (
  event: Extract<IncidentEvent, { method: `remediation.${PlanVerb}` }>,
  base: Pick<Row, 'key' | 'ordinal' | 'later'>,
  memory: Memory,
): Row => {
  const { remediationId } = event.params;
  const told = event.params as {
    by?: string;
    approvedBy?: string;
    reason?: string;
    outcome?: string;
    durationMs?: number;
  };
  if (event.method === 'remediation.proposed') {
    memory.planTitles.set(remediationId, event.params.title);
    event.params.steps.forEach((step, index) => {
      const { stepId, description } = typeof step === 'string' ? { stepId: undefined, description: step } : step;
      memory.stepLabels.set(stepKey(remediationId, stepId ?? `step-${index + 1}`), `${index + 1}. ${description}`);
    });
    event.params.undo?.steps?.map(readUndoStep).forEach(({ stepId, description }, index) => {
      memory.stepLabels.set(stepKey(remediationId, stepId), `Undo ${index + 1}. ${description}`);
    });
  }
  return {
    ...base,
    event,
    agent: '',
    kind: 'plan',
    verb: event.method.slice('remediation.'.length) as PlanVerb,
    title: memory.planTitles.get(remediationId) ?? remediationId,
    by: told.by ?? told.approvedBy ?? '',
    reason: told.reason ?? told.outcome ?? '',
    durationMs: told.durationMs ?? null,
    wait: event.method === 'remediation.proposed' && event.params.requiresApproval ? { until: null } : null,
  };
};

type NoteEvent = Extract<
  IncidentEvent,
  {
    method:
      | 'investigation.aborted'
      | 'investigation.context_added'
      | 'investigation.known_solution_found'
      | 'investigation.known_solution_decided'
      | `${string}.feedback_submitted`;
  }
>;

const readNote = (event: NoteEvent): { kind: 'note' | 'aborted'; what: string; by: string; text: string } => {
  switch (event.method) {
    case 'investigation.aborted':
      return { kind: 'aborted', what: 'Investigation aborted', by: event.params.by, text: event.params.reason ?? '' };
    case 'investigation.context_added':
      return { kind: 'note', what: 'Context added', by: event.params.by, text: event.params.context };
    case 'investigation.known_solution_found':
      return { kind: 'note', what: 'Known solution found', by: '', text: event.params.matchedTitle };
    case 'investigation.known_solution_decided': {
      const { action, by, notes = '' } = event.params;
      return {
        kind: 'note',
        what: `Known solution ${action === 'accept' ? 'accepted' : 'dismissed'}`,
        by,
        text: notes,
      };
    }
    case 'investigation.feedback_submitted':
    case 'remediation.feedback_submitted': {
      const { by, rating, comment } = event.params;
      const about = event.method === 'remediation.feedback_submitted' ? 'Feedback on the fix' : 'Feedback';
      return { kind: 'note', what: `${about}: ${rating} of 5`, by, text: comment ?? '' };
    }
    default:
      return unreachable(event);
  }
};

/** The row that an event opens. */
export const readRow = (event: IncidentEvent, ordinal: number, memory: Memory): Row => {
  const base = { key: event.seq ?? event.id, ordinal, later: [] };
  switch (event.method) {
    case 'investigation.progress':
      return readProgress(event, base);
    case 'agent.status': {
      const { agentName: agent, status, task = '' } = event.params;
      return {
        ...base,
        event,
        agent,
        kind: 'agent',
        status,
        task,
        wait: status === 'waiting' ? { until: null } : null,
      };
    }
    case 'evidence.collected': {
      const { evidenceId, summary, source, type, agentName: agent = '' } = event.params.evidence;
      return { ...base, event, agent, kind: 'evidence', evidenceId, summary, source, type };
    }
    case 'hypothesis.updated': {
      const { hypothesisId, agentName: agent, statement, status, confidence, evidenceIds, reason = '' } = event.params;
      const before = memory.confidences.get(hypothesisId) ?? null;
      memory.confidences.set(hypothesisId, confidence);
      return { ...base, event, agent, kind: 'hypothesis', statement, status, confidence, before, evidenceIds, reason };
    }
    case 'investigation.completed': {
      const { rootCause: statement, confidence, evidenceIds = [] } = event.params;
      return { ...base, event, agent: '', kind: 'root-cause', statement, confidence, evidenceIds };
    }
    case 'investigation.aborted':
    case 'investigation.context_added':
    case 'investigation.known_solution_found':
    case 'investigation.known_solution_decided':
    case 'investigation.feedback_submitted':
    case 'remediation.feedback_submitted':
      return { ...base, event, agent: '', ...readNote(event) };
    case 'remediation.step': {
      const { remediationId, stepId, status, output = null, durationMs = null } = event.params;
      const label = memory.stepLabels.get(stepKey(remediationId, stepId)) ?? stepId;
      return { ...base, event, agent: '', kind: 'step', remediationId, stepId, label, status, output, durationMs };
    }
    case 'remediation.proposed':
    case 'remediation.approved':
    case 'remediation.rejected':
    case 'remediation.expired':
    case 'remediation.executing':
    case 'remediation.executed':
    case 'remediation.failed':
      return readPlan(event, base, memory);
    case 'agent.instructed':
    case 'evidence.check_requested':
    case 'remediation.precondition':
    case 'remediation.check_requested':
    case 'remediation.claimed':
    case 'remediation.objected':
    case 'remediation.objection_withdrawn':
    case 'remediation.rollback_requested':
    case 'remediation.rolled_back':
    case 'remediation.rollback_failed':
      return { ...base, event, agent: '', kind: 'note', ...readRoom(event) };
    case 'unknown':
      return { ...base, event, agent: '', kind: 'unknown', name: event.name, json: textOf(event.params) };
    default:
      return unreachable(event);
  }
};
