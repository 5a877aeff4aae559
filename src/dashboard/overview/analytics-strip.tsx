import { type ReactNode, useState } from 'react';
import { type Period, useAnalytics } from '../api/analytics.ts';
import { ApiFailure } from '../api/request.ts';
import { Duration } from '../ui/duration.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { percent } from './percent.ts';
import { SeverityBar } from './severity-bar.tsx';

const periods: readonly { value: Period; label: string }[] = [
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
];

const Figure = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0 px-4 py-2.5">
    <dt className="truncate text-faint text-xs">{name}</dt>
    <dd className="tabular mt-0.5 flex h-7 items-center font-semibold text-ink text-lg">
      {children ?? <Skeleton className="h-4 w-12" />}
    </dd>
  </div>
);

/** Where there is nothing to take a mean of. */
const NONE = <span className="font-normal text-faint text-sm">none yet</span>;

/** How it went lately, in four figures; nothing where the server counts nothing. */
export const AnalyticsStrip = () => {
  const [period, setPeriod] = useState<Period>('7d');
  const { data, error, refetch, isFetching } = useAnalytics(period);
  if (error instanceof ApiFailure && error.status === 404) return null;
  return (
    <Card>
      <Panel
        title="How it went"
        aside={<Segmented label="Period" value={period} onValueChange={setPeriod} options={periods} />}
        bodyClassName=""
      >
        {error !== null && data === undefined ? (
          <ErrorState title="The figures could not be loaded" onRetry={() => void refetch()} busy={isFetching}>
            {error.message}
          </ErrorState>
        ) : (
          <>
            <dl className="grid grid-cols-2 border-line border-t max-sm:[&>:nth-child(n+3)]:border-t sm:grid-cols-4 [&>*]:border-line sm:[&>:not(:first-child)]:border-l max-sm:[&>:nth-child(even)]:border-l">
              <Figure name="Incidents">{data && formatNumber(data.totalIncidents)}</Figure>
              <Figure name="Resolved">{data && formatNumber(data.resolvedIncidents)}</Figure>
              <Figure name="Mean time to resolve">
                {data && (data.resolvedIncidents === 0 ? NONE : <Duration ms={data.mttr * 1_000} />)}
              </Figure>
              <Figure name="Resolution rate">
                {data && (data.totalIncidents === 0 ? NONE : percent(data.resolutionRate))}
              </Figure>
            </dl>
            <SeverityBar counts={data?.bySeverity} />
          </>
        )}
      </Panel>
    </Card>
  );
};
