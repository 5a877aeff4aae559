import type { ReactNode } from 'react';
import { useFeed } from '../store/use-investigation.ts';
import { Skeleton } from '../ui/skeleton.tsx';

type EmptyNoteProps = {
  incidentId: string;
  /** Said instead once the incident is over, and nothing comes any more. */
  over: string;
  children: ReactNode;
};

/** What a panel says while it has nothing: nothing yet is told apart from not known yet, and from nothing at all. */
export const EmptyNote = ({ incidentId, over, children }: EmptyNoteProps) => {
  const { status, behind, chronicle } = useFeed(incidentId);
  if (status === 'loading' || behind > 0)
    return (
      <div className="flex flex-col gap-2 py-1">
        <span className="sr-only">Loading</span>
        <Skeleton className="h-3.5 w-4/5" />
        <Skeleton className="h-3.5 w-1/2" />
      </div>
    );
  return <p className="text-faint text-sm">{chronicle.investigation.endedAt === null ? children : over}</p>;
};
