import { Eye } from 'lucide-react';
import { useViewers } from '../store/use-investigation.ts';
import { watchingInWords } from './watching-words.ts';

/** Who else is here. Nobody else: nothing is shown. */
export const Watching = ({ incidentId, userId }: { incidentId: string; userId: string }) => {
  const others = useViewers(incidentId).filter((viewer) => viewer.userId !== userId);
  if (others.length === 0) return null;
  return (
    <p
      className="flex min-w-0 items-center gap-1.5 text-muted text-xs"
      title={others.map(({ name }) => name).join(', ')}
    >
      <Eye className="size-3.5 shrink-0" aria-hidden="true" />
      <span className="truncate max-sm:max-w-16">{watchingInWords(others.map(({ name }) => name))}</span>
    </p>
  );
};
