import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useConnection } from '../relay/relay-provider.tsx';
import type { Feed } from '../store/feed.ts';
import { useIsNumbered } from '../store/use-capability.ts';
import { useLiveFeed } from '../store/use-investigation.ts';
import { formatNumber } from '../ui/format-number.ts';
import { StatusDot } from '../ui/status-dot.tsx';
import { FrozenNowContext } from '../ui/ticker.ts';
import { Time } from '../ui/time.tsx';

const Position = ({ feed }: { feed: Feed }) => {
  const { investigation, end } = feed.chronicle;
  if (feed.status === 'loading') return <span>Loading the events</span>;
  return (
    <>
      {feed.extended ? (
        <span className={clsx('flex items-center gap-1', feed.behind === 0 && 'max-md:sr-only')}>
          seq {formatNumber(investigation.lastSeq)}
          {feed.behind === 0 ? (
            <>
              <Check className="size-3! text-good" /> <span className="max-lg:sr-only">contiguous</span>
            </>
          ) : (
            <span className="text-warn">, {formatNumber(feed.behind)} to come</span>
          )}
        </span>
      ) : (
        <span>the relay numbers no events</span>
      )}
      <span className="max-md:hidden">{end === 1 ? '1 event' : `${formatNumber(end)} events`}</span>
    </>
  );
};

/** The connection as this view depends on it: nothing is said to be well that was not heard to be. */
const Link = () => {
  const connection = useConnection();
  const isNumbered = useIsNumbered();
  if (connection.state !== 'live')
    return <span className="text-warn">{connection.state === 'catching-up' ? 'catching up' : 'not live'}</span>;
  const { latencyMs, heardAt, lost } = connection;
  return (
    <>
      <span className="flex items-center gap-1.5 text-good">
        <StatusDot tone="good" /> <span className="max-xl:sr-only">Connected</span>
      </span>
      {latencyMs !== null && <span className="max-sm:hidden">lag {formatNumber(Math.round(latencyMs))} ms</span>}
      {heardAt !== null && (
        <span className="max-xl:hidden">
          heartbeat <Time at={heardAt} format="relative" />
        </span>
      )}
      {isNumbered ? (
        <span className={lost === 0 ? 'max-md:sr-only' : 'text-bad'}>{formatNumber(lost)} lost</span>
      ) : (
        <span className="max-md:sr-only">losses not known</span>
      )}
    </>
  );
};

const Held = ({ feed }: { feed: Feed }) => {
  const held = feed.readFrom === null ? 0 : feed.chronicle.end - feed.readFrom;
  if (held <= 0) return null;
  return <span className="text-accent">{formatNumber(held)} held back by pause</span>;
};

type StreamBarProps = { incidentId: string; recording: boolean; replay: ReactNode };

/** How complete and how fresh the view is, and the way through its past. */
export const StreamBar = ({ incidentId, recording, replay }: StreamBarProps) => {
  const feed = useLiveFeed(incidentId);
  return (
    <footer className="tabular flex min-h-9 shrink-0 items-center gap-x-3 overflow-hidden whitespace-nowrap border-line border-t bg-surface px-4 text-faint text-xs max-md:flex-wrap max-md:py-1">
      {recording ? (
        <span className="text-muted">Recording</span>
      ) : (
        // The connection is of now, whatever moment is looked at.
        <FrozenNowContext value={null}>
          <Link />
        </FrozenNowContext>
      )}
      <Position feed={feed} />
      <Held feed={feed} />
      {feed.healed.length > 0 && (
        <span className="max-xl:hidden">
          {feed.healed.length === 1 ? '1 break healed' : `${feed.healed.length} breaks healed`}
        </span>
      )}
      {feed.unheard.length > 0 && (
        <span className="text-warn">
          {feed.unheard.length === 1 ? '1 break not healed' : `${feed.unheard.length} breaks not healed`}
        </span>
      )}
      {feed.chronicle.end > 0 && <span aria-hidden="true" className="h-4 w-px bg-line-strong max-md:hidden" />}
      <div className="flex min-w-0 flex-1 basis-64 items-center">{replay}</div>
    </footer>
  );
};
