import { History } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { formatNumber } from '../ui/format-number.ts';
import type { Earlier } from './use-earlier.ts';

export const EARLIER_PX = 36;

/** Above the oldest row: what lies before it, and the way there. */
export const EarlierBar = ({ earlier, filtered }: { earlier: Earlier; filtered: boolean }) => (
  <div
    className="tabular absolute inset-x-0 top-0 flex items-center justify-center gap-2 border-line border-b bg-sunken px-4 text-muted text-xs"
    style={{ height: EARLIER_PX }}
  >
    {earlier.error === null ? (
      <span className="truncate">
        {formatNumber(earlier.before)} earlier events {filtered ? 'not searched yet' : 'are on the server'}
      </span>
    ) : (
      <span className="truncate text-bad">{earlier.error}</span>
    )}
    {!earlier.done && (
      <Button size="sm" icon={<History />} busy={earlier.pending} onClick={earlier.load}>
        {earlier.pending ? 'Loading…' : filtered ? 'Search them' : 'Load more'}
      </Button>
    )}
  </div>
);
