import { Hourglass, Play } from 'lucide-react';
import { type IncidentStatus, isOver } from '../../protocol/values.ts';
import { useStartInvestigation } from '../api/incidents.ts';
import { useReadOnly } from '../lib/read-only.ts';
import { useStatus } from '../store/use-status.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

/** Before the first event: what is waited for, and the way to begin. */
export const Queued = ({ incidentId, status: now }: { incidentId: string; status: IncidentStatus | undefined }) => {
  const status = useStatus(now);
  const readOnly = useReadOnly();
  const start = useStartInvestigation(incidentId);
  if (isOver(status))
    return (
      <EmptyState icon={<Hourglass />} title="No agent investigated this" className="flex-1">
        The incident was {status} without an investigation.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<Hourglass />}
      title="Queued: waiting for agents to pick it up"
      className="flex-1"
      action={
        status === 'open' &&
        readOnly === undefined && (
          <Button variant="primary" icon={<Play />} busy={start.isPending} onClick={() => start.mutate()}>
            {start.isPending ? 'Sending…' : 'Start investigation'}
          </Button>
        )
      }
    >
      {start.error === null ? (
        'Their steps appear here as they happen, and stay.'
      ) : (
        <span className="text-bad">{start.error.message}</span>
      )}
    </EmptyState>
  );
};
