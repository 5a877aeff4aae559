import { CircleAlert, RotateCw } from 'lucide-react';
import { type IncidentTable, LOADED_BY_ITSELF } from '../api/incident-table.ts';
import { Button } from '../ui/button.tsx';
import { formatNumber } from '../ui/format-number.ts';

type ListFooterProps = { table: IncidentTable; onRetry: () => void; onMore: () => void };

/** The end of the list: that it is one, or why it is not. */
export const ListFooter = ({ table, onRetry, onMore }: ListFooterProps) => {
  const { complete, loading, error, total, list } = table;
  const left = Math.max(0, (total ?? 0) - list.length);
  if (complete) return 'That is all of them.';
  if (loading) return `${formatNumber(left)} older ones are on their way.`;
  if (error !== null)
    return (
      <div role="alert" className="flex flex-wrap items-center justify-center gap-x-3 gap-y-2 text-sm">
        <span className="flex items-center gap-1.5 text-warn">
          <CircleAlert />
          {formatNumber(left)} older ones could not be loaded: {error.message}
        </span>
        <Button size="sm" icon={<RotateCw />} onClick={onRetry}>
          Try again
        </Button>
      </div>
    );
  return (
    <Button size="sm" onClick={onMore}>
      Load {formatNumber(Math.min(left, LOADED_BY_ITSELF))} older ones
    </Button>
  );
};
