import type { Investigation } from '../../incident/state.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { unreachable } from '../lib/unreachable.ts';

/** What a screen reader is told when a phase begins; nothing of what happens in between. */
export const announcementOf = ({ phase, rootCause, remediations }: Investigation): string => {
  const plan = remediations.at(-1);
  const title = plan === undefined ? '' : toOneLine(plan.title, 160);
  switch (phase) {
    case 'waiting':
      return 'Waiting for agents.';
    case 'investigating':
      return 'The investigation is running.';
    case 'root_cause':
      return `Root cause found: ${toOneLine(rootCause?.statement ?? '', 240)}`;
    case 'approval':
      return `A plan awaits approval: ${title}`;
    case 'approved':
      return `The plan may be executed: ${title}`;
    case 'executing':
      return `The plan is running: ${title}`;
    case 'recovered':
      return `Completed: ${toOneLine(plan?.outcome ?? title, 240)}`;
    case 'failed':
      return `The plan failed: ${toOneLine(plan?.outcome ?? title, 240)}`;
    case 'rejected':
      return plan?.status === 'expired' ? `The plan expired undecided: ${title}` : `The plan was rejected: ${title}`;
    case 'aborted':
      return 'The investigation was aborted.';
    default:
      return unreachable(phase);
  }
};
