import { clsx } from 'clsx';
import { ArrowDownToLine, Search, X } from 'lucide-react';
import { memo, useRef } from 'react';
import { useLateText } from '../lib/use-late-text.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { Button } from '../ui/button.tsx';
import { goingAway } from '../ui/going-away.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { AgentMenu } from './agent-menu.tsx';
import { isFiltered, noFilter, type RowFilter } from './filter-rows.ts';
import { RangeMenu } from './range-menu.tsx';
import type { RowCounts } from './rows.ts';

type TimelineToolbarProps = {
  filter: RowFilter;
  /** null while another moment than now is looked at: what is counted is all of it. */
  counts: RowCounts | null;
  agents: readonly string[];
  startedAt: number;
  lastAt: () => number;
  following: boolean;
  onFilter: (change: Partial<RowFilter>) => void;
  onFollow: () => void;
};

type FindProps = { text: string; onFilter: (change: { text: string }) => void };

const Find = memo(({ text: kept, onFilter }: FindProps) => {
  const [text, setText] = useLateText(kept, (next) => onFilter({ text: next }));
  const field = useRef<HTMLInputElement>(null);
  useShortcut('/', () => field.current?.focus());
  return (
    <div className="relative min-w-24 max-w-64 flex-1">
      <Search className="pointer-events-none absolute inset-y-0 left-2 my-auto size-3.5! text-faint" />
      <input
        ref={field}
        type="text"
        enterKeyHint="search"
        aria-label="Filter the timeline by text"
        placeholder="Filter"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          setText('');
          event.currentTarget.blur();
        }}
        className="h-7 w-full rounded-md border border-control bg-sunken pr-7 pl-7 text-ink text-xs placeholder:text-faint hover:border-muted pointer-coarse:h-9"
      />
      {text === '' && (
        <span
          aria-hidden="true"
          className="absolute inset-y-0 right-1.5 flex items-center text-faint pointer-coarse:hidden"
        >
          <Kbd>/</Kbd>
        </span>
      )}
    </div>
  );
});

const Follow = memo(({ following, onFollow }: Pick<TimelineToolbarProps, 'following' | 'onFollow'>) => (
  <Button
    size="sm"
    icon={<ArrowDownToLine />}
    shortcut="f"
    aria-pressed={following}
    onClick={onFollow}
    className={clsx('ml-auto @max-4xl:[&>span]:hidden', following && 'border-accent! bg-accent-soft! text-accent!')}
  >
    Follow
  </Button>
));

/** The counts change with each event, and nothing else of it. */
export const TimelineToolbar = ({
  filter,
  counts,
  agents,
  startedAt,
  lastAt,
  following,
  onFilter,
  onFollow,
}: TimelineToolbarProps) => (
  <div className="flex min-w-0 flex-wrap items-center gap-2 border-line border-b px-3 py-1.5 @2xl:px-4">
    <Segmented
      label="Show"
      className="shrink-0"
      value={filter.show}
      onValueChange={(show) => onFilter({ show })}
      options={[
        { value: 'all', label: 'All', short: 'All', count: counts?.all },
        { value: 'findings', label: 'Findings', short: 'Findings', count: counts?.findings },
        { value: 'tools', label: 'Tool calls', short: 'Tools', count: counts?.tools },
        { value: 'decisions', label: 'Decisions' },
        { value: 'errors', label: 'Errors', count: counts?.errors },
      ]}
    />
    <div className="flex min-w-0 flex-1 basis-64 items-center gap-2">
      <AgentMenu agents={agents} agent={filter.agent} onFilter={onFilter} />
      <RangeMenu range={filter} startedAt={startedAt} lastAt={lastAt} onRange={onFilter} />
      {isFiltered(filter) && (
        <IconButton label="Clear the filter" icon={<X />} onClick={goingAway(() => onFilter(noFilter))} />
      )}
      <Find text={filter.text} onFilter={onFilter} />
      <Follow following={following} onFollow={onFollow} />
    </div>
  </div>
);
