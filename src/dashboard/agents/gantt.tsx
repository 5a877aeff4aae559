import { clsx } from 'clsx';
import { useMemo } from 'react';
import { toOneLine } from '../lib/plain-text.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { formatDuration, formatElapsed } from '../ui/format-time.ts';
import { useNow } from '../ui/ticker.ts';
import { Time } from '../ui/time.tsx';
import { type GanttLane, type Gantt as GanttLayout, layoutGantt } from './gantt-layout.ts';

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

const hatched =
  'bg-[repeating-linear-gradient(135deg,var(--line-strong)_0_1.5px,transparent_1.5px_5px)] rounded-sm opacity-80';

const Lane = ({ lane, dimmed }: { lane: GanttLane; dimmed: boolean }) => (
  <div className={clsx('grid h-4 grid-cols-[5.25rem_minmax(0,1fr)] items-center', dimmed && 'opacity-35')}>
    <span className="truncate pr-2 text-2xs text-muted">{toOneLine(lane.name, 40)}</span>
    <span className="relative h-2">
      {lane.waits.map(({ left, width }) => (
        <span
          key={`wait ${left}`}
          className={clsx('absolute inset-y-0', hatched)}
          style={{ left: percent(left), width: percent(width) }}
        />
      ))}
      {lane.bars.map(({ from, to, left, width, failed }) => (
        <span
          key={from}
          title={`${lane.name}: ${to === null ? 'running' : formatDuration(to - from)}${failed ? ', failed' : ''}`}
          className={clsx(
            'absolute inset-y-0 min-w-0.75 rounded-sm',
            failed ? 'bg-bad' : 'bg-accent',
            to === null ? 'animate-breathe' : 'opacity-80',
          )}
          style={{ left: percent(left), width: percent(width) }}
        />
      ))}
    </span>
  </div>
);

const Axis = ({ gantt }: { gantt: GanttLayout }) => (
  <div className="tabular relative ml-21 h-4 text-2xs text-faint">
    {gantt.ticks.map(({ left, afterMs }) => (
      <span
        key={afterMs}
        className={clsx('absolute whitespace-nowrap', left > 0 && '-translate-x-1/2')}
        style={{ left: percent(left) }}
      >
        {afterMs === 0 ? <Time at={gantt.from} /> : `+${formatElapsed(afterMs).replace(/ 00 [ms]$/, '')}`}
      </span>
    ))}
  </div>
);

const Idles = ({ gantt }: { gantt: GanttLayout }) => (
  <div className="pointer-events-none absolute inset-y-0 right-4 left-25">
    {gantt.idles.map(({ left, width, ms }) => (
      <span
        key={left}
        title={`${formatDuration(ms)} idle`}
        className="pointer-events-auto absolute inset-y-1 flex items-center justify-center border-line-strong border-x border-dashed"
        style={{ left: percent(left), width: percent(width) }}
      >
        <span className="tabular bg-canvas px-0.5 text-2xs text-faint">⋯</span>
      </span>
    ))}
  </div>
);

/** The work of all agents on one line of time; stretches in which nobody worked are drawn short. */
export const Gantt = ({ incidentId, selected }: { incidentId: string; selected: string | null }) => {
  const agents = useInvestigationPart(incidentId, (investigation) => investigation.agents);
  const isOpen = [...agents.values()].some(({ spans }) => spans.at(-1)?.to === null);
  const now = useNow(isOpen);
  const gantt = useMemo(() => {
    const inputs = [...agents.values()].filter(({ spans }) => spans.length > 0);
    return layoutGantt(
      inputs.map(({ name, spans, status }) => ({ name, spans, waiting: status === 'waiting' })),
      now,
    );
  }, [agents, now]);
  if (gantt === null) return null;
  const label = `When the agents worked, over ${formatDuration(gantt.to - gantt.from)}`;
  return (
    <div role="img" aria-label={label} className="relative shrink-0 border-line border-b px-4 py-2 max-md:hidden">
      <Axis gantt={gantt} />
      <Idles gantt={gantt} />
      <div className="max-h-32 overflow-y-auto">
        {gantt.lanes.map((lane) => (
          <Lane key={lane.name} lane={lane} dimmed={selected !== null && selected !== lane.name} />
        ))}
      </div>
    </div>
  );
};
