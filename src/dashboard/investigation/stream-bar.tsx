import { Check } from 'lucide-react';
import { useRelay } from '../relay/relay-provider.tsx';
import type { Feed } from '../store/feed.ts';
import { useFeed } from '../store/use-investigation.ts';
import { Time } from '../ui/time.tsx';

const figure = (value: number): string => value.toLocaleString('en');

const Position = ({ feed }: { feed: Feed }) => {
  const { investigation, events } = feed.ledger;
  if (feed.status === 'loading') return <span>Loading the events</span>;
  return (
    <>
      {feed.extended ? (
        <span className="flex items-center gap-1">
          seq {figure(investigation.lastSeq)}
          {feed.behind === 0 ? (
            <>
              <Check className="size-3! text-good" /> up to date
            </>
          ) : (
            <span className="text-warn">, {figure(feed.behind)} to come</span>
          )}
        </span>
      ) : (
        <span>the relay numbers no events</span>
      )}
      <span>{events.length === 1 ? '1 event' : `${figure(events.length)} events`}</span>
      {investigation.lastAt !== null && (
        <span className="max-sm:hidden">
          last <Time at={investigation.lastAt} format="relative" />
        </span>
      )}
    </>
  );
};

/** How complete and how fresh the view is. */
export const StreamBar = ({ incidentId }: { incidentId: string }) => {
  const feed = useFeed(incidentId);
  const { connection } = useRelay();
  const live = connection.state === 'live' ? connection : null;
  return (
    <footer className="tabular flex h-8 shrink-0 items-center gap-x-4 overflow-hidden whitespace-nowrap border-line border-t bg-surface px-4 text-faint text-xs">
      <Position feed={feed} />
      {live === null ? (
        <span className="text-warn">not live: what is shown may be old</span>
      ) : (
        <>
          {live.latencyMs !== null && (
            <span className="max-sm:hidden">lag {figure(Math.round(live.latencyMs))} ms</span>
          )}
          <span className={live.lost === 0 ? undefined : 'text-bad'}>{figure(live.lost)} lost</span>
        </>
      )}
      {feed.healed.length > 0 && (
        <span className="max-md:hidden">
          {feed.healed.length === 1 ? '1 break healed' : `${feed.healed.length} breaks healed`}
        </span>
      )}
    </footer>
  );
};
