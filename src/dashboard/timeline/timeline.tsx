import { SearchX } from 'lucide-react';
import { type ReactNode, useCallback, useDeferredValue, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useShortcut } from '../lib/use-shortcut.ts';
import { useFeed } from '../store/use-investigation.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { FeedNotices } from './feed-notices.tsx';
import type { Show } from './filter-rows.ts';
import { noCounts, type Row } from './rows.ts';
import { TimelineList } from './timeline-list.tsx';
import { TimelineToolbar } from './timeline-toolbar.tsx';
import { useFollow } from './use-follow.ts';
import { useRowCursor } from './use-row-cursor.ts';
import { useRows } from './use-rows.ts';
import { useWindow } from './use-window.ts';

type TimelineProps = {
  incidentId: string;
  /** Opens here instead of at the newest. */
  eventId: string | undefined;
  agent: string | null;
  onAgent: (agent: string | null) => void;
  linkOf: (eventId: string) => string;
  renderEvidence: (evidenceId: string) => ReactNode;
  /** What to say while there is nothing yet. */
  empty: ReactNode;
  className?: string | undefined;
};

export const Timeline = ({
  incidentId,
  eventId,
  agent,
  onAgent,
  linkOf,
  renderEvidence,
  empty,
  className,
}: TimelineProps) => {
  const { ledger, ...feed } = useFeed(incidentId);
  const [show, setShow] = useState<Show>('all');
  const [text, setText] = useState('');
  const searched = useDeferredValue(text.trim());
  const { list, view } = useRows(ledger.events, { show, agent, text: searched });

  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useWindow(scroller, view);
  const height = virtual.getTotalSize() + (virtual.scrollRect?.height ?? 0);
  const { following, unseen, follow, pause, onScroll } = useFollow({ scroller, length: view.length, height });
  const { activeId, setActiveId } = useRowCursor({
    scroller,
    list,
    view,
    scrollToIndex: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
    onMove: pause,
  });

  const toggleFollow = following ? pause : follow;
  useShortcut('f', toggleFollow);
  useShortcut(['End', 'G'], follow);

  /** A row that is opened is being read: it stays where it is. */
  const onOpen = useCallback(
    (row: Row) => {
      pause();
      setActiveId(row.event.id);
    },
    [pause, setActiveId],
  );

  const linked = eventId === undefined ? undefined : list.indexOf(eventId);
  const [arrived, setArrived] = useState<string>();
  const goToLinked = useEffectEvent((index: number) => {
    if (arrived === eventId) return;
    setArrived(eventId);
    pause();
    virtual.scrollToIndex(view.placeOf(index), { align: 'center' });
  });
  useEffect(() => {
    if (linked !== undefined) goToLinked(linked);
  }, [linked]);

  /** Other rows, the same place: what was in the middle stays near it, unless we are at the live end. */
  const keepPlace = (change: () => void): void => {
    const middle = virtual.getVirtualItemForOffset((virtual.scrollOffset ?? 0) + (virtual.scrollRect?.height ?? 0) / 2);
    const listIndex = middle === undefined ? undefined : view.listIndexOf(middle.index);
    change();
    if (following || listIndex === undefined) return;
    place.current = listIndex;
  };
  const place = useRef<number | null>(null);
  const settle = useEffectEvent(() => {
    if (place.current === null) return;
    virtual.scrollToIndex(view.placeOf(place.current), { align: 'center' });
    place.current = null;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: settles after each change of the filter
  useEffect(() => settle(), [show, agent, searched]);

  const isEmpty = list.length === 0;
  const loading = feed.status === 'loading';
  return (
    <section aria-label="Timeline" id="timeline" className={className}>
      <h2 className="sr-only">Timeline</h2>
      <div className="@container">
        <TimelineToolbar
          filter={{ show, agent, text }}
          counts={agent === null ? list.counts : (list.countsByAgent.get(agent) ?? noCounts)}
          following={following}
          onShow={(next) => keepPlace(() => setShow(next))}
          onText={(next) => keepPlace(() => setText(next))}
          onAgent={(next) => keepPlace(() => onAgent(next))}
          onFollow={toggleFollow}
        />
      </div>
      <FeedNotices feed={feed} missingLink={eventId !== undefined && linked === undefined && feed.status === 'ready'} />
      {isEmpty && loading && <SkeletonRows label="Loading the timeline" count={8} className="p-4" />}
      {isEmpty && !loading && empty}
      {!isEmpty && view.length === 0 && (
        <EmptyState
          icon={<SearchX />}
          title="No event matches"
          className="flex-1"
          action={
            <Button
              size="sm"
              onClick={() => {
                setShow('all');
                setText('');
                onAgent(null);
              }}
            >
              Clear the filter
            </Button>
          }
        >
          {list.counts.all.toLocaleString('en')} events are hidden by the filter; new ones that match appear here.
        </EmptyState>
      )}
      {view.length > 0 && (
        <TimelineList
          scroller={scroller}
          virtual={virtual}
          view={view}
          startedAt={list.rows[0]?.event.at ?? 0}
          activeId={activeId}
          markedId={eventId ?? null}
          healed={feed.healed}
          unseen={unseen}
          busy={feed.status !== 'ready'}
          onScroll={onScroll}
          onOpen={onOpen}
          onLive={follow}
          linkOf={linkOf}
          renderEvidence={renderEvidence}
        />
      )}
    </section>
  );
};
