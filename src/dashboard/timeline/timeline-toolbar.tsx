import { ArrowDownToLine, Search, X } from 'lucide-react';
import { useRef } from 'react';
import { useShortcut } from '../lib/use-shortcut.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Segmented } from '../ui/segmented.tsx';
import type { RowFilter, Show } from './filter-rows.ts';
import type { RowCounts } from './rows.ts';

type TimelineToolbarProps = {
  filter: RowFilter;
  counts: RowCounts;
  following: boolean;
  onShow: (show: Show) => void;
  onText: (text: string) => void;
  onAgent: (agent: string | null) => void;
  onFollow: () => void;
};

const Find = ({ text, onText }: { text: string; onText: (text: string) => void }) => {
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
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          onText('');
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
};

export const TimelineToolbar = ({
  filter,
  counts,
  following,
  onShow,
  onText,
  onAgent,
  onFollow,
}: TimelineToolbarProps) => (
  <div className="flex min-w-0 flex-wrap items-center gap-2 border-line border-b px-3 py-1.5 @2xl:px-4">
    <Segmented
      label="Show"
      className="shrink-0"
      value={filter.show}
      onValueChange={onShow}
      options={[
        { value: 'all', label: 'All', count: counts.all },
        { value: 'findings', label: 'Findings', count: counts.findings },
        { value: 'tools', label: 'Tool calls', count: counts.tools },
        { value: 'errors', label: 'Errors', count: counts.errors },
      ]}
    />
    {filter.agent !== null && (
      <span className="flex h-7 items-center gap-0.5 rounded-md bg-accent-soft pl-2 font-medium text-accent text-xs">
        {filter.agent}
        <IconButton
          label={`Show all agents, not only ${filter.agent}`}
          icon={<X />}
          onClick={() => onAgent(null)}
          className="text-accent"
        />
      </span>
    )}
    <div className="flex min-w-0 flex-1 basis-56 items-center justify-end gap-2">
      <Find text={filter.text} onText={onText} />
      <Button
        size="sm"
        icon={<ArrowDownToLine />}
        shortcut="f"
        aria-pressed={following}
        onClick={onFollow}
        className={following ? 'border-accent! bg-accent-soft! text-accent!' : undefined}
      >
        Follow
      </Button>
    </div>
  </div>
);
