import type { IncidentEvent } from '../../incident/event.ts';
import type { AgentStatus, HypothesisStatus, StepStatus } from '../../protocol/values.ts';

export type EventOf<Method extends IncidentEvent['method']> = Extract<IncidentEvent, { method: Method }>;
export type Progress = EventOf<'investigation.progress'>;

/** Where in the order of events something lies: an event, a moment of the past, or an end that no event tells of. */
export type Moment = { seq: number | null; at: number };

/** 'left': the agent ended without an answer ever coming. */
export type ToolState = 'running' | 'done' | 'failed' | 'left';

type Base = {
  /** Stable for the life of the event. */
  key: number | string;
  /** The number of the event that opened the row, in its chronicle. */
  ordinal: number;
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
  /** By when it was clear that no answer comes; with state 'left'. */
  leftBy: Moment | null;
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

/** Somebody is waited for, until then; null while it goes on. */
export type Wait = { until: Moment | null };

export type PlanVerb = 'proposed' | 'approved' | 'rejected' | 'expired' | 'executing' | 'executed' | 'failed';

export type Row =
  | (Base & { kind: 'status' | 'thought' | 'finding'; text: string; evidenceIds: readonly string[] })
  | ToolRow
  | StepRow
  | (Base & { kind: 'agent'; status: AgentStatus; task: string; wait: Wait | null })
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
  | (Base & {
      kind: 'plan';
      verb: PlanVerb;
      title: string;
      by: string;
      reason: string;
      durationMs: number | null;
      wait: Wait | null;
    })
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
 * The rows of a timeline, by indexes that stay while `generation` does: they begin at `first`, which rises when the
 * oldest are let go. What is behind it grows in place, so that an append costs what was appended; what belongs to one
 * moment is `first`, `end` and `revisions`, the number of times that a row was replaced by then.
 */
export type RowList = {
  first: number;
  end: number;
  rowAt: (index: number) => Row | undefined;
  revisions: number;
  /** The rows that were replaced after so many times, oldest first; of those that were let go not all are named. */
  revisedSince: (revisions: number) => readonly number[];
  /** Changes when everything was built anew: an event came late, or older ones came back. */
  generation: number;
  /** Events, not rows, for `all`; of everything that was ever here. */
  counts: RowCounts;
  countsByAgent: ReadonlyMap<string, RowCounts>;
  indexOf: (eventId: string) => number | undefined;
  /** The first row whose event has at least this number; `end` where there is none. */
  indexFrom: (ordinal: number) => number;
};

let generations = 0;

/** Names one life of the indexes of rows; no two of any list are the same. */
export const nextGeneration = (): number => {
  generations += 1;
  return generations;
};
