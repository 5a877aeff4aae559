import { BookOpen } from 'lucide-react';
import { useSession } from '../api/session.ts';
import { useViewers } from '../store/use-investigation.ts';

/** Who else has the plan open for review. */
export const Readers = ({ incidentId, remediationId }: { incidentId: string; remediationId: string }) => {
  const userId = useSession()?.user.userId;
  const readers = useViewers(incidentId).filter(
    (viewer) => viewer.reading === remediationId && viewer.userId !== userId,
  );
  if (readers.length === 0) return null;
  return (
    <p className="flex items-center gap-2 text-muted text-xs">
      <BookOpen className="size-3.5 shrink-0" aria-hidden="true" />
      <span className="wrap-anywhere min-w-0">
        {readers.map(({ name }) => name).join(', ')} {readers.length === 1 ? 'is' : 'are'} reading this plan
      </span>
    </p>
  );
};
