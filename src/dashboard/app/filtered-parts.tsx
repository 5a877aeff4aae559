import { type ComponentProps, useCallback } from 'react';
import { Agents } from '../agents/agents.tsx';
import { Gantt } from '../agents/gantt.tsx';
import { Timeline } from '../timeline/timeline.tsx';
import {
  useChangeFilter,
  useEventInAddress,
  useFilteredAgent,
  useFilteredRange,
  useIncidentFilter,
} from './use-incident-filter.ts';

// The parts of an incident's page that follow its filter: a change of it draws these anew, and nothing else.

export const FilteredAgents = (props: Omit<ComponentProps<typeof Agents>, 'selected' | 'onSelect'>) => {
  const selected = useFilteredAgent();
  const change = useChangeFilter();
  const onSelect = useCallback((agent: string | null) => change({ agent }), [change]);
  return <Agents {...props} selected={selected} onSelect={onSelect} />;
};

export const FilteredGantt = (props: Omit<ComponentProps<typeof Gantt>, 'selected' | 'range' | 'onRange'>) => {
  const change = useChangeFilter();
  const onRange = useCallback(
    (next: { from: number; to: number } | null) => change(next ?? { from: null, to: null }),
    [change],
  );
  return <Gantt {...props} selected={useFilteredAgent()} range={useFilteredRange()} onRange={onRange} />;
};

export const FilteredTimeline = (props: Omit<ComponentProps<typeof Timeline>, 'eventId' | 'filter' | 'onFilter'>) => (
  <Timeline {...props} eventId={useEventInAddress()} filter={useIncidentFilter()} onFilter={useChangeFilter()} />
);
