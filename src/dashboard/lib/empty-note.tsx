import type { ReactNode } from 'react';
import { useFeed } from '../store/use-investigation.ts';
import { Skeleton } from '../ui/skeleton.tsx';

/** What a panel says while it has nothing: nothing yet is told apart from not known yet. */
export const EmptyNote = ({ incidentId, children }: { incidentId: string; children: ReactNode }) => {
  const { status, behind } = useFeed(incidentId);
  if (status === 'loading' || behind > 0)
    return (
      <div className="flex flex-col gap-2 py-1">
        <span className="sr-only">Loading</span>
        <Skeleton className="h-3.5 w-4/5" />
        <Skeleton className="h-3.5 w-1/2" />
      </div>
    );
  return <p className="text-faint text-sm">{children}</p>;
};
