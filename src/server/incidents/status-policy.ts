import type { IncidentStatus } from '../../protocol/values.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import { isLastApproval, readParams } from './stored-event.ts';

/** Where an event moves its incident: from any status, or only from one in which nobody has begun. */
export type Move = { to: IncidentStatus; onlyFromStart: boolean };

const STARTS: ReadonlySet<IncidentStatus> = new Set(['open', 'triaging']);
const BEGINS: Move = { to: 'investigating', onlyFromStart: true };

const always = (to: IncidentStatus): Move => ({ to, onlyFromStart: false });

/** Undefined where the event moves no incident. */
export const moveOf = (event: LoggedEvent): Move | undefined => {
  switch (event.method) {
    case 'investigation.dispatched':
      return always('investigating');
    case 'investigation.progress':
    case 'evidence.collected':
    case 'hypothesis.updated':
      return BEGINS;
    case 'investigation.aborted':
      return always('open');
    case 'remediation.proposed':
      return readParams(event).requiresApproval === true ? always('awaiting_approval') : undefined;
    case 'remediation.approved':
      return isLastApproval(readParams(event)) ? always('remediating') : undefined;
    case 'remediation.executing':
    case 'remediation.rollback_requested':
      return always('remediating');
    case 'remediation.rejected':
    case 'remediation.expired':
    case 'remediation.failed':
    case 'remediation.rolled_back':
    case 'remediation.rollback_failed':
      return always('investigating');
    case 'remediation.executed':
      return always('resolved');
    default:
      return undefined;
  }
};

/** The status that a move ends in; undefined where it stays. A closed incident stays closed. */
export const moved = (current: IncidentStatus, { to, onlyFromStart }: Move): IncidentStatus | undefined =>
  current === 'closed' || current === to || (onlyFromStart && !STARTS.has(current)) ? undefined : to;
