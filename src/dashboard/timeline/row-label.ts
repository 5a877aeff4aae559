import { confidenceFigure } from '../../incident/confidence.ts';
import { unreachable } from '../lib/unreachable.ts';
import type { Tone } from '../ui/badge.tsx';
import type { DotShape } from '../ui/status-dot.tsx';
import type { PlanVerb, Row } from './rows.ts';

export type RowMark = { shape: DotShape; tone: Tone; running?: boolean; label: string };

const planMarks: Record<PlanVerb, RowMark> = {
  proposed: { shape: 'diamond', tone: 'warn', label: 'Plan proposed' },
  approved: { shape: 'check', tone: 'good', label: 'Approved' },
  rejected: { shape: 'cross', tone: 'bad', label: 'Rejected' },
  expired: { shape: 'dash', tone: 'neutral', label: 'Expired' },
  executing: { shape: 'half', tone: 'accent', label: 'Executing' },
  executed: { shape: 'check', tone: 'good', label: 'Executed' },
  failed: { shape: 'cross', tone: 'bad', label: 'Failed' },
};

const stateMarks = {
  queued: { shape: 'ring', tone: 'neutral', label: 'Queued' },
  pending: { shape: 'ring', tone: 'neutral', label: 'Pending' },
  running: { shape: 'half', tone: 'accent', running: true, label: 'Running' },
  waiting: { shape: 'half', tone: 'warn', label: 'Waiting' },
  done: { shape: 'check', tone: 'good', label: 'Done' },
  completed: { shape: 'check', tone: 'good', label: 'Completed' },
  failed: { shape: 'cross', tone: 'bad', label: 'Failed' },
  left: { shape: 'cross', tone: 'warn', label: 'Never answered' },
  skipped: { shape: 'dash', tone: 'neutral', label: 'Skipped' },
} as const satisfies Record<string, RowMark>;

const hypothesisMarks = {
  proposed: { shape: 'ring', tone: 'neutral', label: 'Hypothesis proposed' },
  supported: { shape: 'half', tone: 'accent', label: 'Hypothesis supported' },
  refuted: { shape: 'cross', tone: 'neutral', label: 'Hypothesis refuted' },
  confirmed: { shape: 'check', tone: 'good', label: 'Hypothesis confirmed' },
} as const satisfies Record<string, RowMark>;

/** How taking a plan back ended is told like the end of a step. */
const noteShape = ({ event }: Row): Pick<RowMark, 'shape' | 'tone'> => {
  if (event.method === 'remediation.rolled_back') return { shape: 'check', tone: 'good' };
  if (event.method === 'remediation.rollback_failed') return { shape: 'cross', tone: 'bad' };
  return { shape: 'dot', tone: 'accent' };
};

/** Shape, tone and word at the row's beginning. */
export const markOf = (row: Row): RowMark => {
  switch (row.kind) {
    case 'tool':
      return stateMarks[row.state];
    case 'step':
      return stateMarks[row.status];
    case 'agent':
      // Beginning to run is no work in progress: the row tells of a moment.
      return row.status === 'running' ? { shape: 'dot', tone: 'neutral', label: 'Started' } : stateMarks[row.status];
    case 'plan':
      return planMarks[row.verb];
    case 'hypothesis':
      return hypothesisMarks[row.status];
    case 'finding':
      return { shape: 'diamond', tone: 'accent', label: 'Finding' };
    case 'root-cause':
      return { shape: 'diamond', tone: 'good', label: 'Root cause' };
    case 'evidence':
      return { shape: 'ring', tone: 'accent', label: 'Evidence' };
    case 'note':
      return { ...noteShape(row), label: row.what };
    case 'aborted':
      return { shape: 'cross', tone: 'bad', label: row.what };
    case 'status':
      return { shape: 'dot', tone: 'neutral', label: 'Message' };
    case 'thought':
      return { shape: 'dot', tone: 'neutral', label: 'Thought' };
    case 'unknown':
      return { shape: 'ring', tone: 'neutral', label: 'Unknown event' };
    default:
      return unreachable(row);
  }
};

/** Who the row is of, where no agent said it. */
export const actorOf = (row: Row): string => {
  if (row.agent !== '') return row.agent;
  switch (row.kind) {
    case 'plan':
    case 'step':
      return 'Remediation';
    case 'root-cause':
      return 'Conclusion';
    case 'note':
    case 'aborted':
      if (row.by !== '') return row.by;
      return row.event.method.startsWith('remediation.') ? 'Remediation' : 'Investigation';
    case 'evidence':
      return row.source;
    default:
      return 'Relay';
  }
};

/** `0.55 → 0.94` */
export const confidenceMove = (before: number | null, after: number): string =>
  before === null || before === after
    ? confidenceFigure(after)
    : `${confidenceFigure(before)} → ${confidenceFigure(after)}`;
