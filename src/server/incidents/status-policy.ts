import type { IncidentStatus } from '../../protocol/values.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import { isLastApproval, readParams } from './stored-event.ts';

const ofProposal = (event: LoggedEvent): IncidentStatus | undefined =>
  readParams(event).requiresApproval === true ? 'awaiting_approval' : undefined;

const ofApproval = (event: LoggedEvent): IncidentStatus | undefined =>
  isLastApproval(readParams(event)) ? 'remediating' : undefined;

const STARTS: ReadonlySet<IncidentStatus> = new Set(['open', 'triaging']);

/** The status that an event moves its incident to; undefined where it stays. A closed incident stays closed. */
export const impliedStatus = (event: LoggedEvent, current: IncidentStatus): IncidentStatus | undefined => {
  if (current === 'closed') return undefined;
  const implied = ((): IncidentStatus | undefined => {
    switch (event.method) {
      case 'investigation.dispatched':
        return 'investigating';
      case 'investigation.progress':
      case 'evidence.collected':
      case 'hypothesis.updated':
        return STARTS.has(current) ? 'investigating' : undefined;
      case 'investigation.aborted':
        return 'open';
      case 'remediation.proposed':
        return ofProposal(event);
      case 'remediation.approved':
        return ofApproval(event);
      case 'remediation.executing':
      case 'remediation.rollback_requested':
        return 'remediating';
      case 'remediation.rejected':
      case 'remediation.expired':
      case 'remediation.failed':
      case 'remediation.rolled_back':
      case 'remediation.rollback_failed':
        return 'investigating';
      case 'remediation.executed':
        return 'resolved';
      default:
        return undefined;
    }
  })();
  return implied === current ? undefined : implied;
};
