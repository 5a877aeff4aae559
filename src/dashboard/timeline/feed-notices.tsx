import { Info } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Feed } from '../store/feed.ts';
import { formatNumber } from '../ui/format-number.ts';

const Notice = ({ children }: { children: ReactNode }) => (
  <p className="tabular flex items-start gap-2 border-line border-b bg-sunken px-4 py-1.5 text-muted text-xs">
    <Info className="mt-px size-3.5! text-faint" />
    <span className="min-w-0">{children}</span>
  </p>
);

type FeedNoticesProps = { feed: Feed; missingLink: boolean };

/** What is incomplete about the list, said where it is. */
export const FeedNotices = ({ feed, missingLink }: FeedNoticesProps) => (
  <>
    {feed.status === 'catching-up' && <Notice>Catching up: {formatNumber(feed.behind)} events to come.</Notice>}
    {feed.missing && (
      <Notice>
        The relay no longer has this incident: its log was lost or replaced. What is shown is what this page had of it.
      </Notice>
    )}
    {!feed.extended && (
      <Notice>
        This relay sends what happens from now on and keeps no history; what the API knows of the past is filled in.
      </Notice>
    )}
    {!feed.extended && feed.past === 'missing' && (
      <Notice>Some of what happened before could not be fetched from the API. Asking again.</Notice>
    )}
    {missingLink && (
      <Notice>
        {feed.chronicle.first > 0
          ? 'The event that the link leads to is not among the newest ones that are shown; load earlier ones, or search for it.'
          : 'The event that the link leads to is not in this incident.'}
      </Notice>
    )}
  </>
);
