import { Clock } from 'lucide-react';
import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { HistoryPlace } from '../api/history.ts';
import { Button } from '../ui/button.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { useZone } from '../ui/time-zone.ts';
import { readClock } from './read-clock.ts';

/** A drag asks the server where it begins and where it rests, not everywhere it passes. */
const REST_MS = 120;

type PositionBarProps = {
  /** The number of the event in the middle of what is seen, and how many there are. */
  position: number;
  total: number;
  startedAt: number;
  pending: boolean;
  error: string | null;
  onJump: (place: HistoryPlace) => void;
};

/** Where in a large incident the timeline is, and the way to anywhere else. */
export const PositionBar = ({ position, total, startedAt, pending, error, onJump }: PositionBarProps) => {
  const zone = useZone();
  const [dragged, setDragged] = useState<number | null>(null);
  const [clock, setClock] = useState('');
  const [wrong, setWrong] = useState(false);
  const asked = useRef<number>(null);
  const rest = useEffectEvent((atOffset: number) => {
    if (asked.current !== atOffset) onJump({ atOffset });
    asked.current = null;
    setDragged(null);
  });
  useEffect(() => {
    if (dragged === null) return;
    const timer = setTimeout(() => rest(dragged), REST_MS);
    return () => clearTimeout(timer);
  }, [dragged]);
  const drag = (atOffset: number): void => {
    if (dragged === null) {
      asked.current = atOffset;
      onJump({ atOffset });
    }
    setDragged(atOffset);
  };

  const goToTime = (event: FormEvent): void => {
    event.preventDefault();
    const atTime = readClock(clock, startedAt, zone);
    setWrong(atTime === undefined);
    if (typeof atTime === 'number') onJump({ atTime });
  };
  const shown = dragged ?? position;
  const said = `${formatNumber(shown)} of ${formatNumber(total)}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of controls, and no form's fieldset
    <div
      role="group"
      aria-label="Position in the timeline"
      className="tabular flex min-w-0 items-center gap-3 border-line border-b bg-sunken px-3 py-1 text-muted text-xs @2xl:px-4"
    >
      <span className="whitespace-nowrap" aria-busy={pending}>
        Event {said}
      </span>
      <input
        type="range"
        aria-label="Position by event"
        aria-valuetext={`Event ${said}`}
        min={0}
        max={total}
        value={shown}
        onChange={({ target }) => drag(Number(target.value))}
        className="h-5 min-w-16 flex-1 cursor-pointer accent-accent"
      />
      {(error !== null || wrong) && (
        <span role="alert" className="truncate text-bad">
          {wrong ? 'Write a time of day, like 14:27:08.' : error}
        </span>
      )}
      <form className="flex items-center gap-1.5" onSubmit={goToTime}>
        <input
          type="text"
          aria-label="Time to go to"
          placeholder="14:27:08"
          value={clock}
          onChange={({ target }) => setClock(target.value)}
          className="h-6 w-20 rounded-md border border-control bg-surface px-2 text-ink text-xs placeholder:text-faint hover:border-muted pointer-coarse:h-9"
        />
        <Button size="sm" type="submit" icon={<Clock />} busy={pending}>
          Go
        </Button>
      </form>
    </div>
  );
};
