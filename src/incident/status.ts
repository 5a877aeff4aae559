import type { IncidentStatus } from '../protocol/values.ts';
import type { Investigation } from './state.ts';

/**
 * The status that the events of an incident amount to, as a relay moves it when they come: for a moment of the past, whose
 * status nobody keeps. What people did to the incident by other ways is not in its events.
 */
export const statusIn = ({ phase, remediations }: Pick<Investigation, 'phase' | 'remediations'>): IncidentStatus => {
  switch (phase) {
    case 'waiting':
    case 'aborted':
      return 'open';
    case 'investigating':
    case 'root_cause':
    case 'failed':
    case 'rejected':
      return 'investigating';
    case 'approval':
      return 'awaiting_approval';
    case 'approved':
      return remediations.at(-1)?.requiresApproval === false ? 'investigating' : 'remediating';
    case 'executing':
      return 'remediating';
    case 'recovered':
      return 'resolved';
  }
};
