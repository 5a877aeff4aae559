import { clsx } from 'clsx';
import { Maximize2, X, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { Investigation } from '../../incident/state.ts';
import { toOneLine } from '../lib/plain-text.ts';
import { createSame } from '../lib/same.ts';
import { useInvestigationPart } from '../store/use-investigation.ts';
import { formatDuration } from '../ui/format-time.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useNow } from '../ui/ticker.ts';
import { Axis, Idles, Lane } from './gantt-lanes.tsx';
import { type GanttInput, type Gantt as GanttLayout, layoutGantt } from './gantt-layout.ts';
import { isWhole, panned, toShown, whole, type Zoom, zoomed } from './gantt-zoom.ts';
import { useBrush } from './use-brush.ts';

const CLOSER = 0.6;
const STEP = 0.2;

type Range = { from: number | null; to: number | null };

const inputsOf = ({ agents }: Investigation): readonly GanttInput[] =>
  [...agents.values()]
    .filter(({ spans }) => spans.length > 0)
    .map(({ name, spans, status }) => ({ name, spans, waiting: status === 'waiting' }));

/** Drawn anew when somebody begins or ends, and each second meanwhile; not with each event. */
const useLayout = (incidentId: string): GanttLayout | null => {
  const [same] = useState(() => createSame<GanttInput>());
  const inputs = useInvestigationPart(incidentId, (investigation) => same(inputsOf(investigation)));
  const now = useNow(inputs.some(({ spans }) => spans.at(-1)?.to === null));
  return useMemo(() => layoutGantt(inputs, now), [inputs, now]);
};

/** The wheel zooms; React listens passively, and then the page would scroll with it. */
const useWheel = (chart: RefObject<HTMLElement | null>, isThere: boolean, onWheel: (event: WheelEvent) => void) => {
  const turn = useEffectEvent(onWheel);
  useEffect(() => {
    const element = chart.current;
    if (element === null || !isThere) return;
    const listen = (event: WheelEvent): void => turn(event);
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, [chart, isThere]);
};

/** What is selected, on the part that is shown; outside of it the chart is dimmed. */
const Selected = ({ gantt, zoom, range }: { gantt: GanttLayout; zoom: Zoom; range: Range }) => {
  if (range.from === null && range.to === null) return null;
  const clamp = (share: number): number => Math.min(1, Math.max(0, share));
  const left = range.from === null ? 0 : clamp(toShown(zoom, gantt.placeOf(range.from)));
  const right = range.to === null ? 1 : clamp(toShown(zoom, gantt.placeOf(range.to)));
  return (
    <>
      <span className="absolute inset-y-0 left-0 bg-canvas/70" style={{ width: `${left * 100}%` }} />
      <span className="absolute inset-y-0 right-0 bg-canvas/70" style={{ width: `${(1 - right) * 100}%` }} />
      <span
        className="absolute inset-y-0 border-accent border-x"
        style={{ left: `${left * 100}%`, width: `${Math.max(0, right - left) * 100}%` }}
      />
    </>
  );
};

const nextZoom = (zoom: Zoom, key: string): Zoom | undefined => {
  switch (key) {
    case '+':
    case '=':
      return zoomed(zoom, CLOSER, 0.5);
    case '-':
      return zoomed(zoom, 1 / CLOSER, 0.5);
    case '0':
      return whole;
    case 'ArrowLeft':
      return panned(zoom, -STEP);
    case 'ArrowRight':
      return panned(zoom, STEP);
    default:
      return undefined;
  }
};

type GanttProps = {
  incidentId: string;
  selected: string | null;
  range: Range;
  onRange: (range: { from: number; to: number } | null) => void;
};

/** The work of all agents on one line of time; stretches in which nobody worked are drawn short. */
export const Gantt = ({ incidentId, selected, range, onRange }: GanttProps) => {
  const gantt = useLayout(incidentId);
  const [zoom, setZoom] = useState<Zoom>(whole);
  const chart = useRef<HTMLDivElement>(null);
  const { brush, handlers } = useBrush({
    chart,
    zoom,
    onZoom: setZoom,
    onSelect: (shares) =>
      onRange(
        shares === null || gantt === null ? null : { from: gantt.timeAt(shares.from), to: gantt.timeAt(shares.to) },
      ),
  });
  useWheel(chart, gantt !== null, (event) => {
    const box = chart.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return;
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      return setZoom((before) => panned(before, (event.deltaX || event.deltaY) / box.width));
    const at = (event.clientX - box.left) / box.width;
    setZoom((before) => zoomed(before, event.deltaY < 0 ? CLOSER : 1 / CLOSER, at));
  });
  if (gantt === null) return null;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextZoom(zoom, event.key);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setZoom(next);
  };
  const label = `When the agents worked, over ${formatDuration(gantt.to - gantt.from)}`;
  const isRanged = range.from !== null || range.to !== null;
  return (
    <div className="relative shrink-0 border-line border-b py-2 pr-4 pl-4 max-md:hidden">
      <div className="absolute start-2 top-0 flex opacity-60 focus-within:opacity-100 hover:opacity-100">
        <IconButton
          className="size-6!"
          label="Zoom in"
          icon={<ZoomIn />}
          onClick={() => setZoom(zoomed(zoom, CLOSER, 0.5))}
        />
        {!isWhole(zoom) && (
          <IconButton
            className="size-6!"
            label="Zoom out"
            icon={<ZoomOut />}
            onClick={() => setZoom(zoomed(zoom, 1 / CLOSER, 0.5))}
          />
        )}
        {!isWhole(zoom) && (
          <IconButton className="size-6!" label="Fit" icon={<Maximize2 />} onClick={() => setZoom(whole)} />
        )}
        {isRanged && (
          <IconButton className="size-6!" label="Clear the time range" icon={<X />} onClick={() => onRange(null)} />
        )}
      </div>
      <div className="grid max-h-44 grid-cols-[6rem_minmax(0,1fr)] overflow-y-auto">
        <div className="flex flex-col pt-4">
          {gantt.lanes.map(({ name }) => (
            <span
              key={name}
              className={clsx(
                'h-4 truncate pr-2 text-2xs text-muted leading-4',
                selected !== null && selected !== name && 'opacity-50',
              )}
            >
              {toOneLine(name, 40)}
            </span>
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a chart that takes keys, and no form's fieldset */}
        <div
          ref={chart}
          role="group"
          aria-label="Chart of the agents: plus and minus zoom, 0 fits, arrows move"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: zooms and moves by keyboard
          tabIndex={0}
          onKeyDown={onKeyDown}
          {...handlers}
          className="relative cursor-crosshair touch-pan-y select-none rounded-sm"
        >
          <div role="img" aria-label={label} className="relative overflow-hidden">
            <Axis gantt={gantt} zoom={zoom} />
            <div className="relative">
              <Idles gantt={gantt} zoom={zoom} />
              {gantt.lanes.map((lane) => (
                <Lane key={lane.name} lane={lane} zoom={zoom} dimmed={selected !== null && selected !== lane.name} />
              ))}
            </div>
          </div>
          <div aria-hidden="true" className="pointer-events-none absolute inset-x-0 top-4 bottom-0">
            <Selected gantt={gantt} zoom={zoom} range={range} />
            {brush !== null && (
              <span
                className="absolute inset-y-0 rounded-sm border border-accent bg-accent/15"
                style={{ left: `${brush.from * 100}%`, width: `${(brush.to - brush.from) * 100}%` }}
              />
            )}
          </div>
        </div>
      </div>
    </div>
  );
};
