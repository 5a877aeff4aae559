import { CalendarRange } from 'lucide-react';
import { memo, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { formatClock, zoneName } from '../ui/format-time.ts';
import { Input } from '../ui/input.tsx';
import { Popover } from '../ui/popover.tsx';
import { useZone } from '../ui/time-zone.ts';
import { readClock } from './read-clock.ts';

export type TimeRange = { from: number | null; to: number | null };

type RangeMenuProps = {
  range: TimeRange;
  /** The day of the times that are typed, and the end from which "the last minutes" count. */
  startedAt: number;
  lastAt: () => number;
  onRange: (range: TimeRange) => void;
};

const MINUTE = 60_000;
const presets = [
  { label: 'All of it', minutes: null },
  { label: 'Last minute', minutes: 1 },
  { label: 'Last 5 minutes', minutes: 5 },
  { label: 'Last 15 minutes', minutes: 15 },
] as const;

const Fields = ({ range, startedAt, lastAt, onRange }: RangeMenuProps) => {
  const zone = useZone();
  const clock = (at: number | null): string => (at === null ? '' : formatClock(at, zone));
  const [from, setFrom] = useState(clock(range.from));
  const [to, setTo] = useState(clock(range.to));
  const [problem, setProblem] = useState(false);
  const apply = (): void => {
    const next = { from: readClock(from, startedAt, zone), to: readClock(to, startedAt, zone) };
    if (next.from === undefined || next.to === undefined) return setProblem(true);
    setProblem(false);
    onRange({ from: next.from, to: next.to === null ? null : next.to + 999 });
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <div className="flex flex-wrap gap-1.5">
        {presets.map(({ label, minutes }) => (
          <Button
            key={label}
            size="sm"
            onClick={() => onRange({ from: minutes === null ? null : lastAt() - minutes * MINUTE, to: null })}
          >
            {label}
          </Button>
        ))}
      </div>
      <div className="grid grid-cols-2 gap-2">
        <Input label="From" placeholder="14:27:08" value={from} onChange={({ target }) => setFrom(target.value)} />
        <Input label="To" placeholder="14:30:00" value={to} onChange={({ target }) => setTo(target.value)} />
      </div>
      {problem && <p className="text-bad text-xs">Write a time of day, like 14:27 or 14:27:08.</p>}
      <div className="flex items-center justify-between gap-2">
        <span className="text-faint text-xs">
          {zoneName(zone)}
          <span className="max-md:hidden">; or drag over the chart of the agents</span>
        </span>
        <Button size="sm" variant="primary" type="submit">
          Apply
        </Button>
      </div>
    </form>
  );
};

/** Narrows the timeline to a stretch of time. */
export const RangeMenu = memo((props: RangeMenuProps) => {
  const zone = useZone();
  const { from, to } = props.range;
  const isSet = from !== null || to !== null;
  const part = (at: number | null, missing: string): string => (at === null ? missing : formatClock(at, zone));
  return (
    <Popover
      title="Time range"
      trigger={
        <Button
          size="sm"
          icon={<CalendarRange />}
          title="Events of a stretch of time"
          aria-label={isSet ? `Range: ${part(from, 'start')} to ${part(to, 'now')}` : 'Range'}
          className={isSet ? 'border-accent! text-accent!' : undefined}
        >
          <span className={isSet ? 'tabular' : '@max-4xl:sr-only'}>
            {isSet ? `${part(from, 'start')} – ${part(to, 'now')}` : 'Range'}
          </span>
        </Button>
      }
    >
      <Fields {...props} />
    </Popover>
  );
});
