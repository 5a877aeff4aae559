import type { IncidentEvent } from '../../incident/event.ts';
import type { AgentStatus, HypothesisStatus, StepStatus } from '../../protocol/values.ts';

export type EventOf<Method extends IncidentEvent['method']> = Extract<IncidentEvent, { method: Method }>;
export type Progress = EventOf<'investigation.progress'>;

/** 'left': the agent ended without an answer ever coming. */
export type ToolState = 'running' | 'done' | 'failed' | 'left';

type Base = {
  /** Stable for the life of the event. */
  key: number | string;
  /** The event that opened the row. */
  event: IncidentEvent;
  /** The events that changed it since: results of a call, ends of a step. */
  later: readonly IncidentEvent[];
  agent: string;
};

export type ToolRow = Base & {
  kind: 'tool';
  tool: string;
  reason: string;
  outcome: string | null;
  state: ToolState;
  input: unknown;
  output: unknown;
  durationMs: number | null;
  evidenceIds: readonly string[];
};

export type StepRow = Base & {
  kind: 'step';
  remediationId: string;
  stepId: string;
  label: string;
  status: StepStatus;
  output: string | null;
  durationMs: number | null;
};

export type PlanVerb = 'proposed' | 'approved' | 'rejected' | 'expired' | 'executing' | 'executed' | 'failed';

export type Row =
  | (Base & { kind: 'status' | 'thought' | 'finding'; text: string; evidenceIds: readonly string[] })
  | ToolRow
  | StepRow
  | (Base & { kind: 'agent'; status: AgentStatus; task: string })
  | (Base & { kind: 'evidence'; evidenceId: string; summary: string; source: string; type: string })
  | (Base & {
      kind: 'hypothesis';
      statement: string;
      status: HypothesisStatus;
      confidence: number;
      before: number | null;
      reason: string;
      evidenceIds: readonly string[];
    })
  | (Base & { kind: 'root-cause'; statement: string; confidence: number; evidenceIds: readonly string[] })
  | (Base & { kind: 'plan'; verb: PlanVerb; title: string; by: string; reason: string; durationMs: number | null })
  | (Base & { kind: 'note' | 'aborted'; what: string; by: string; text: string })
  | (Base & { kind: 'unknown'; name: string; json: string });

export const isFailed = (row: Row): boolean => {
  switch (row.kind) {
    case 'tool':
      return row.state === 'failed' || row.state === 'left';
    case 'step':
    case 'agent':
      return row.status === 'failed';
    case 'plan':
      return row.verb === 'failed';
    default:
      return false;
  }
};

export type RowCounts = { all: number; findings: number; tools: number; errors: number };

export const noCounts: RowCounts = { all: 0, findings: 0, tools: 0, errors: 0 };

/**
 * The rows of a timeline. `rows` grows in place and a row that changes is replaced in it, so that an append costs what
 * was appended; what belongs to one moment is `length`, and `revised` with the indexes of replaced rows, oldest first.
 */
export type RowList = {
  rows: readonly Row[];
  length: number;
  revised: readonly number[];
  revisions: number;
  /** Changes when everything was built anew, because an event came late. */
  generation: number;
  /** Events, not rows, for `all`. */
  counts: RowCounts;
  countsByAgent: ReadonlyMap<string, RowCounts>;
  indexOf: (eventId: string) => number | undefined;
};
