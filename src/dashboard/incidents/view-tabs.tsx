import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { IncidentTable } from '../api/incident-table.ts';
import { useIncidentTable } from '../api/use-incident-table.ts';
import { isActive } from '../lib/incident-status.ts';
import { formatNumber } from '../ui/format-number.ts';
import { matcherOf } from './arrange-incidents.ts';
import type { View } from './views.ts';

const rowsIn = (table: IncidentTable) => table.list;
const completeIn = (table: IncidentTable) => table.complete;
const activeIn = (table: IncidentTable) => table.activeKnown;

/** Only of what is not over, so that the count is true before all the past is here. */
const isOfActive = ({ filter }: View): boolean =>
  filter.status?.split(',').every((status) => isActive(status as Parameters<typeof isActive>[0])) === true;

/** How many each view lists; nothing where that is not known yet. */
const useCounts = (views: readonly View[]): (number | undefined)[] => {
  const list = useIncidentTable(rowsIn);
  const complete = useIncidentTable(completeIn);
  const activeKnown = useIncidentTable(activeIn);
  return useMemo(
    () =>
      views.map((view) =>
        complete || (activeKnown && isOfActive(view)) ? list.filter(matcherOf(view.filter)).length : undefined,
      ),
    [views, list, complete, activeKnown],
  );
};

type ViewTabsProps = { views: readonly View[]; current: View | undefined };

/** The views as links, each with an address of its own. */
export const ViewTabs = ({ views, current }: ViewTabsProps) => {
  const counts = useCounts(views);
  return (
    <nav aria-label="Views" className="min-w-0 flex-1">
      <ul className="-mb-px flex overflow-x-auto [scrollbar-width:none] max-sm:pr-6 max-sm:[mask-image:linear-gradient(to_right,#000_calc(100%-1.5rem),transparent)]">
        {views.map((view, index) => {
          const count = counts[index];
          return (
            <li key={view.name} className="shrink-0">
              <Link
                to="/incidents"
                search={view.filter}
                {...(view === current && { 'aria-current': 'page' as const })}
                activeProps={{}}
                className="flex h-10 max-w-56 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-2.5 text-muted text-sm no-underline -outline-offset-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
              >
                <span className="truncate">{view.name}</span>
                <span className="tabular min-w-4 font-normal text-faint text-xs">
                  {count !== undefined && formatNumber(count)}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
};
