import type { IncidentEvent } from '../../incident/event.ts';
import { unreachable } from '../lib/unreachable.ts';

type RoomEvent = Extract<
  IncidentEvent,
  {
    method:
      | 'agent.instructed'
      | 'evidence.check_requested'
      | 'remediation.precondition'
      | 'remediation.check_requested'
      | 'remediation.claimed'
      | 'remediation.objected'
      | 'remediation.objection_withdrawn'
      | `remediation.rollback_${'requested' | 'failed'}`
      | 'remediation.rolled_back';
  }
>;

const INSTRUCTED = { ask: 'Asked', skip: 'Told to skip its step:', stop: 'Stopped' } as const;
const PRECONDITION = {
  holds: 'Precondition holds',
  changed: 'Precondition changed',
  unknown: 'Precondition could not be checked',
} as const;

/** What people and agents do around a plan or an agent, in a few words. */
export const readRoom = (event: RoomEvent): { what: string; by: string; text: string } => {
  const { by = '' } = event.params;
  switch (event.method) {
    case 'agent.instructed': {
      const { instruction, agentName, message = '' } = event.params;
      return { what: `${INSTRUCTED[instruction]} ${agentName}`, by, text: message };
    }
    case 'evidence.check_requested':
      return { what: 'Evidence to be checked again', by, text: '' };
    case 'remediation.precondition': {
      const { status, observed = '', reason = '' } = event.params;
      return { what: PRECONDITION[status], by, text: reason || observed };
    }
    case 'remediation.check_requested':
      return { what: 'Preconditions to be checked again', by, text: '' };
    case 'remediation.claimed': {
      const { claimedBy } = event.params;
      return { what: claimedBy === null ? 'Review released' : `Review taken by ${claimedBy}`, by, text: '' };
    }
    case 'remediation.objected':
      return { what: 'Objection', by, text: event.params.reason ?? '' };
    case 'remediation.objection_withdrawn':
      return { what: 'Objection withdrawn', by, text: event.params.reason ?? '' };
    case 'remediation.rollback_requested':
      return { what: 'Rollback requested', by, text: event.params.reason ?? '' };
    case 'remediation.rolled_back':
      return { what: 'Rolled back', by, text: event.params.outcome ?? '' };
    case 'remediation.rollback_failed':
      return { what: 'Rollback failed', by, text: event.params.reason ?? '' };
    default:
      return unreachable(event);
  }
};
