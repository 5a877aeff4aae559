import { SearchX } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Chronicle } from '../../incident/chronicle.ts';
import { createSame } from '../lib/same.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { useLiveStore } from '../relay/relay-provider.tsx';
import { useFeed, useLiveFeed } from '../store/use-investigation.ts';
import type { Unread } from '../store/use-unread.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { goingAway } from '../ui/going-away.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { useStable } from '../ui/use-stable.ts';
import { EARLIER_PX, EarlierBar } from './earlier-bar.tsx';
import { FeedNotices } from './feed-notices.tsx';
import { countAfter, isFiltered, noFilter, type RowFilter } from './filter-rows.ts';
import { notesOf, placeNotes } from './place-notes.ts';
import { PositionBar } from './position-bar.tsx';
import { noCounts, type Row, type RowCounts, type RowList } from './rows.ts';
import { TimelineList } from './timeline-list.tsx';
import { TimelineToolbar } from './timeline-toolbar.tsx';
import { AGAIN_MS, useEarlier } from './use-earlier.ts';
import { useExcursion } from './use-excursion.ts';
import { useListWindow } from './use-list-window.ts';
import { useRowCursor } from './use-row-cursor.ts';
import { useRows } from './use-rows.ts';

type TimelineProps = {
  incidentId: string;
  /** Opens here instead of at the newest. */
  eventId: string | undefined;
  filter: RowFilter;
  onFilter: (change: Partial<RowFilter>) => void;
  /** What came while the reader was away. */
  unread: Unread | null;
  linkOf: (eventId: string) => string | null;
  renderEvidence: (evidenceId: string) => ReactNode;
  /** What to say while there is nothing yet. */
  empty: ReactNode;
  className?: string | undefined;
};

/** Of all that ever was, though only the newest rows are here. */
const countsOf = (list: RowList, { end, investigation }: Chronicle, agent: string | null): RowCounts => {
  if (agent !== null) {
    const counts = list.countsByAgent.get(agent) ?? noCounts;
    return { ...counts, all: Math.max(counts.all, investigation.agents.get(agent)?.events ?? 0) };
  }
  const { findings, toolCalls } = investigation.counts;
  const { counts } = list;
  return {
    all: end,
    findings: Math.max(counts.findings, findings),
    tools: Math.max(counts.tools, toolCalls),
    errors: counts.errors,
  };
};

export const Timeline = ({
  incidentId,
  eventId,
  filter,
  onFilter,
  unread,
  linkOf,
  renderEvidence,
  empty,
  className,
}: TimelineProps) => {
  const live = useLiveFeed(incidentId);
  const feed = useFeed(incidentId);
  const store = useLiveStore();
  const text = filter.text.trim();
  const applied = { ...filter, text };
  const isPast = feed !== live;
  const excursion = useExcursion(incidentId, live.chronicle);
  const isAway = excursion.chronicle !== null && !isPast && !isFiltered(applied);
  const chronicle = (isAway ? excursion.chronicle : null) ?? feed.chronicle;
  const earlier = useEarlier(incidentId, chronicle, applied, isAway || isPast ? null : excursion);
  const { list, view, end } = useRows(live, chronicle, applied, earlier.found);

  const scroller = useRef<HTMLDivElement>(null);
  const isLarge = feed.extended && live.chronicle.first > 0 && !live.filling;
  const hasEarlier = isLarge && chronicle.first > 0 && !isAway && !isPast;
  const window = useListWindow({ scroller, list, view, end, leadPx: hasEarlier ? EARLIER_PX : 0 });
  const { following, pause, scrollToIndex } = window;
  const follow = (): void => {
    excursion.leave();
    window.follow();
  };
  const { active, setCursor } = useRowCursor({
    scroller,
    list,
    view,
    end,
    layout: window.layout,
    scrollToIndex: (index) => scrollToIndex(index, 'auto'),
    onMove: pause,
  });

  useEffect(() => store.setReading(incidentId, !following), [store, incidentId, following]);
  const toggleFollow = useStable(() => (following ? pause() : follow()));
  useShortcut('f', toggleFollow);
  useShortcut(['End', 'G'], follow);

  /** A row that is opened is being read: it stays where it is. */
  const onOpen = useCallback(
    (row: Row, isHead = false) => {
      pause();
      setCursor({ eventId: row.event.id, isHead });
    },
    [pause, setCursor],
  );

  const goToTarget = useEffectEvent((ordinal: number) => {
    pause();
    scrollToIndex(view.placeOf(list.indexFrom(ordinal)), 'center');
  });
  useEffect(() => {
    if (excursion.target !== null && excursion.chronicle !== null) goToTarget(excursion.target);
  }, [excursion.target, excursion.chronicle]);
  const reach = useEffectEvent((edge: 'top' | 'bottom') => {
    if (isAway) edge === 'top' ? excursion.earlier() : excursion.later();
    else if (edge === 'top' && hasEarlier && !isFiltered(applied)) earlier.load();
  });
  const { atTop, atBottom } = window;
  const pending = earlier.pending || excursion.pending;
  const failed = (isAway ? excursion : earlier).error !== null;
  useEffect(() => {
    if (pending || !(atTop || atBottom)) return;
    const timer = setTimeout(
      () => {
        if (atTop) reach('top');
        if (atBottom) reach('bottom');
      },
      failed ? AGAIN_MS : 0,
    );
    return () => clearTimeout(timer);
  }, [atTop, atBottom, pending, failed]);

  const linked = eventId === undefined ? undefined : list.indexOf(eventId);
  const [arrived, setArrived] = useState<string>();
  const [fetched, setFetched] = useState<string>();
  const fetchLinked = useEffectEvent(() => {
    if (eventId === undefined || fetched === eventId || !isLarge) return;
    setFetched(eventId);
    excursion.jump({ atEvent: eventId });
  });
  useEffect(() => {
    if (linked === undefined && feed.status === 'ready') fetchLinked();
  }, [linked, feed.status]);
  const goToLinked = useEffectEvent((index: number) => {
    if (arrived === eventId) return;
    setArrived(eventId);
    pause();
    scrollToIndex(view.placeOf(index), 'center');
  });
  useEffect(() => {
    if (linked !== undefined) goToLinked(linked);
  }, [linked]);

  /** Other rows, the same place: what was in the middle stays near it, unless we are at the live end. */
  const place = useRef<number | null>(null);
  const change = useStable((next: Partial<RowFilter>): void => {
    if (!following && view.end > view.first) place.current = view.listIndexOf(window.middle());
    onFilter(next);
  });
  const settle = useEffectEvent(() => {
    if (place.current === null) return;
    scrollToIndex(view.placeOf(place.current), 'center');
    place.current = null;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: settles after each change of the filter
  useEffect(() => settle(), [filter.show, filter.agent, filter.from, filter.to, text]);

  const [sameNames] = useState(() => createSame<string>());
  const agents = sameNames([...live.chronicle.investigation.agents.keys()]);
  const lastAt = useStable(() => live.chronicle.investigation.lastAt ?? 0);
  const isEmpty = feed.chronicle.end === 0;
  const loading = feed.status === 'loading';
  const notes = placeNotes(notesOf(feed, unread), { list, view, end, isNewest: !isPast && !isAway });
  // It is counted from the newest; away from it there is nothing to compare.
  const unseen = following || isAway || live.readFrom === null ? 0 : countAfter(live.readFrom, list, view, end);
  const middle = view.rowAt(Math.min(window.middle(), end - 1))?.ordinal ?? 0;
  return (
    <section aria-label="Timeline" id="timeline" className={className}>
      <h2 className="sr-only">Timeline</h2>
      <div className="@container">
        <TimelineToolbar
          filter={filter}
          counts={isPast ? null : countsOf(list, live.chronicle, filter.agent)}
          agents={agents}
          startedAt={live.chronicle.investigation.startedAt ?? 0}
          lastAt={lastAt}
          following={following}
          onFilter={change}
          onFollow={toggleFollow}
        />
      </div>
      {isLarge && !isPast && !isFiltered(applied) && (
        <PositionBar
          position={following ? live.chronicle.end : middle + 1}
          total={live.chronicle.end}
          startedAt={live.chronicle.investigation.startedAt ?? 0}
          pending={excursion.pending}
          error={excursion.error}
          onJump={excursion.jump}
        />
      )}
      <FeedNotices
        feed={feed}
        missingLink={eventId !== undefined && linked === undefined && feed.status === 'ready' && !excursion.pending}
      />
      {isEmpty && loading && <SkeletonRows label="Loading the timeline" count={8} className="p-4" />}
      {isEmpty && !loading && empty}
      {!isEmpty && end <= view.first && (
        <EmptyState
          icon={<SearchX />}
          title="No event matches"
          className="flex-1"
          action={
            <div className="flex flex-wrap justify-center gap-2">
              {hasEarlier && !earlier.done && (
                <Button size="sm" busy={earlier.pending} onClick={earlier.load}>
                  Search {formatNumber(earlier.before)} earlier events
                </Button>
              )}
              <Button size="sm" onClick={goingAway(() => onFilter(noFilter))}>
                Clear the filter
              </Button>
            </div>
          }
        >
          {formatNumber(list.counts.all)} events are hidden by the filter; new ones that match appear here.
        </EmptyState>
      )}
      {end > view.first && (
        <TimelineList
          scroller={scroller}
          list={{ ...window, follow }}
          view={view}
          end={end}
          startedAt={live.chronicle.investigation.startedAt ?? view.rowAt(view.first)?.event.at ?? 0}
          active={active}
          markedId={eventId ?? null}
          notes={notes}
          unseen={unseen}
          busy={feed.status !== 'ready'}
          lead={hasEarlier ? <EarlierBar earlier={earlier} filtered={isFiltered(applied)} /> : null}
          onOpen={onOpen}
          linkOf={linkOf}
          renderEvidence={renderEvidence}
        />
      )}
    </section>
  );
};
