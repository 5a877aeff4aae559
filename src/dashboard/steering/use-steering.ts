import type { IncidentStatus } from '../../protocol/values.ts';
import { useStartInvestigation } from '../api/incidents.ts';
import { useSession } from '../api/session.ts';
import { useReadOnly } from '../lib/read-only.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { toast } from '../ui/toast.ts';
import { steeringProblem } from './steering-problem.ts';
import { isAtWork, mayInvestigateAgain, whyNotAbort } from './steering-rules.ts';

/** What this person may do with the investigation now, and the way to begin it again. */
export const useSteering = (incidentId: string, status: IncidentStatus | undefined) => {
  const person = useSession()?.user;
  const phase = useInvestigationPart(incidentId, (investigation) => investigation.phase);
  const atWork = useInvestigationPart(incidentId, ({ agents }) => isAtWork(agents));
  const start = useStartInvestigation(incidentId);
  const investigate = (): void => {
    if (start.isPending) return;
    start.mutate(undefined, {
      onSuccess: (message) => toast('Investigating again', { description: message, tone: 'good' }),
      onError: (error) => toast('Not investigated again', { description: steeringProblem(error), tone: 'bad' }),
    });
  };
  const readOnly = useReadOnly();
  return {
    readOnly,
    abortBlocked: readOnly ?? whyNotAbort(person, { phase, atWork, status }),
    again:
      readOnly === undefined && mayInvestigateAgain({ phase, atWork, status })
        ? { investigate, pending: start.isPending }
        : null,
  };
};
