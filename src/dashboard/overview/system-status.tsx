import type { ReactNode } from 'react';
import { useRelayStatus } from '../api/relay-status.ts';
import type { Tone } from '../ui/badge.tsx';
import { formatNumber } from '../ui/format-number.ts';
import { Card } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { type DotShape, StatusDot } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';

const looks: Record<'healthy' | 'degraded' | 'unavailable', { label: string; tone: Tone; shape: DotShape }> = {
  healthy: { label: 'Healthy', tone: 'good', shape: 'dot' },
  degraded: { label: 'Degraded', tone: 'warn', shape: 'half' },
  unavailable: { label: 'Unavailable', tone: 'bad', shape: 'cross' },
};

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex items-baseline justify-between gap-3">
    <dt className="text-muted">{name}</dt>
    <dd className="tabular wrap-anywhere text-right text-ink">{children}</dd>
  </div>
);

export const SystemStatus = () => {
  const { data, error } = useRelayStatus();
  const look = error === null ? data && looks[data.status] : looks.unavailable;
  return (
    <Card>
      <Panel
        title="System status"
        aside={
          look !== undefined && (
            <span className="flex items-center gap-1.5">
              <StatusDot tone={look.tone} shape={look.shape} />
              {look.label}
            </span>
          )
        }
      >
        {data === undefined && error === null && <Skeleton className="h-20" />}
        {error !== null && <p className="text-muted text-sm">The relay doesn’t answer: {error.message}</p>}
        {data !== undefined && error === null && (
          <dl className="flex flex-col gap-1 text-sm">
            <Fact name="Relay">
              {data.version} · {data.region}
            </Fact>
            <Fact name="Connections">{formatNumber(data.activeConnections)}</Fact>
            <Fact name="Checked">
              <Time at={data.checkedAt} format="relative" />
            </Fact>
          </dl>
        )}
      </Panel>
    </Card>
  );
};
